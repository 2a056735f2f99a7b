namespace EventStore.Log.Mutations.Paths;

/// <summary>One step of a path, as written.</summary>
internal abstract record PathStep
{
    /// <summary>The member of an object: <c>a</c>, <c>['a']</c> or <c>["a"]</c>.</summary>
    public sealed record Attribute(string Name) : PathStep;

    /// <summary>The element of an array: <c>[2]</c>; negative from the end, so that -1 is the last.</summary>
    public sealed record Index(int Position) : PathStep;

    /// <summary>
    /// The elements of an array from one to before another: <c>[1:3]</c>; an open end is null. A negative bound counts
    /// from past the end, so that <c>[1:-1]</c> is all but the first.
    /// </summary>
    public sealed record Slice(int? Start, int? End) : PathStep;

    /// <summary>All elements of an array: <c>[]</c> or <c>[*]</c>.</summary>
    public sealed record Every : PathStep;

    /// <summary>The elements of an array, or the object itself, that pass a test: <c>[_key=="a"]</c>.</summary>
    public sealed record Filter(PathFilter Test) : PathStep;

    /// <summary>Whatever one of several paths selects: <c>[0,-1]</c>, <c>['a',b.c]</c>.</summary>
    public sealed record Union(IReadOnlyList<IReadOnlyList<PathStep>> Terms) : PathStep;

    /// <summary>A path that begins at the value itself or anywhere below it: <c>..a</c>.</summary>
    public sealed record Descent(IReadOnlyList<PathStep> Term) : PathStep;
}
