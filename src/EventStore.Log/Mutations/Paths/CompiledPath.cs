using EventStore.Log.Documents;

namespace EventStore.Log.Mutations.Paths;

/// <summary>
/// A path as a nondeterministic automaton: walking a document with a set of states visits each value once, however many
/// ways lead to it, so unions and descents cannot make the work (or the effect of an increment) multiply.
/// </summary>
internal sealed class CompiledPath
{
    private readonly List<PathState> _states = [];

    private CompiledPath(string text, IReadOnlyList<PathStep> steps) =>
        (Text, Start) = (text, Compile(steps, 0, [], existingOnly: false));

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>The states at the root of the document.</summary>
    public int[] Start { get; }

    /// <summary>All states, by number.</summary>
    public IReadOnlyList<PathState> States => _states;

    /// <exception cref="MutationRejection">The path is malformed or outside the limits.</exception>
    public static CompiledPath Parse(string path) => new(path, PathParser.Parse(path));

    /// <summary>The states that stand before a step; <paramref name="after"/> are those after the last one.</summary>
    private int[] Compile(IReadOnlyList<PathStep> steps, int index, int[] after, bool existingOnly)
    {
        if (index == steps.Count)
        {
            return after;
        }

        // From the end to the beginning, so that the terms of a union share what follows it.
        var next = Compile(steps, index + 1, after, existingOnly: false);
        switch (steps[index])
        {
            case PathStep.Union union:
                return [.. union.Terms.SelectMany(term => Compile(term, 0, next, existingOnly)).Distinct()];
            case PathStep.Descent descent:
                var inner = Compile(descent.Term, 0, next, existingOnly: true);
                return [AddState(new PathState(descent, inner, false))];
            default:
                return [AddState(new PathState(steps[index], next, existingOnly))];
        }
    }

    private int AddState(PathState state)
    {
        _states.Add(state);
        return _states.Count - 1;
    }
}

/// <summary>A place in a compiled path.</summary>
/// <param name="Step">The step to take from here.</param>
/// <param name="Next">
/// The states after the step, none when the step ends the path; for a descent, the states that its term begins with.
/// </param>
/// <param name="ExistingOnly">
/// Whether the step follows only members that exist: right after a descent, or setting would add a member to every
/// object.
/// </param>
internal sealed record PathState(PathStep Step, int[] Next, bool ExistingOnly)
{
    /// <summary>The key of an attribute step, canonically spelled.</summary>
    public byte[] Key { get; } = Step is PathStep.Attribute attribute ? CanonicalString.Encode(attribute.Name) : [];
}
