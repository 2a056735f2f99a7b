namespace EventStore.Groq.Planning;

/// <summary>
/// A condition on documents that a store can test without evaluating GROQ. It holds for every document that a filter is
/// true of; a store may give documents for which it does not hold, since filters are evaluated all the same.
/// </summary>
/// <remarks>
/// A path leads through objects only: an attribute of anything else is null. Comparisons follow the language: values of
/// different types are never equal, and are not ordered.
/// </remarks>
public abstract record GroqConstraint
{
    private GroqConstraint()
    {
    }

    /// <summary>Holds for all documents.</summary>
    public static GroqConstraint Anything { get; } = new All([]);

    /// <summary>Holds for no document.</summary>
    public static GroqConstraint Nothing { get; } = new Any([]);

    /// <summary>All of the parts hold.</summary>
    public sealed record All(IReadOnlyList<GroqConstraint> Parts) : GroqConstraint
    {
        public override string ToString() =>
            Parts.Count == 0 ? "true" : "(" + string.Join(" && ", Parts) + ")";
    }

    /// <summary>At least one of the parts holds.</summary>
    public sealed record Any(IReadOnlyList<GroqConstraint> Parts) : GroqConstraint
    {
        public override string ToString() =>
            Parts.Count == 0 ? "false" : "(" + string.Join(" || ", Parts) + ")";
    }

    /// <summary>The part does not hold. Parts are such that they hold or do not, with nothing in between.</summary>
    public sealed record Not(GroqConstraint Part) : GroqConstraint
    {
        public override string ToString() => $"!({Part})";
    }

    /// <summary>The value at a path compares like this with a constant. Inequality holds for a missing value.</summary>
    public sealed record Compare(GroqPath Path, GroqComparison Comparison, GroqConstant Value) : GroqConstraint
    {
        public override string ToString() => $"{Path} {Comparison.Symbol()} {Value}";
    }

    /// <summary>The value at a path equals one of some constants.</summary>
    public sealed record OneOf(GroqPath Path, IReadOnlyList<GroqConstant> Values) : GroqConstraint
    {
        public override string ToString() => $"{Path} in [{string.Join(", ", Values)}]";
    }

    /// <summary>The document's id matches a path pattern: <c>*</c> is one dotted part, <c>**</c> any number.</summary>
    public sealed record IdIn(string Pattern) : GroqConstraint
    {
        public override string ToString() => $"_id in path({GroqConstant.Of(Pattern)})";
    }

    /// <summary>The value at a path is there and not null.</summary>
    public sealed record Defined(GroqPath Path) : GroqConstraint
    {
        public override string ToString() => $"defined({Path})";
    }

    /// <summary>Somewhere in the document is a reference to one of the ids, strong or weak.</summary>
    public sealed record References(IReadOnlyList<string> Ids) : GroqConstraint
    {
        public override string ToString() =>
            $"references([{string.Join(", ", Ids.Select(id => GroqConstant.Of(id)))}])";
    }
}
