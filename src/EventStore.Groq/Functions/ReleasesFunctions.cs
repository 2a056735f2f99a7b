using EventStore.Groq.Evaluation;
using EventStore.Groq.Planning;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>releases</c>.</summary>
internal static class ReleasesFunctions
{
    private static readonly SourcePlan Releases = new(
        GroqSource.Everything with { IsExact = true },
        ConstraintPart.Fixed(
            new GroqConstraint.Compare(
                new GroqPath(["_type"]), GroqComparison.Equal, GroqConstant.Of("system.release")),
            twoValued: true));

    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["all"] = new(0, 0, (_, _) => new TraversalNode(new EverythingNode(Releases), new FilterStep(
            new StringEqualityNode(new AttributeNode("_type"u8.ToArray()), "system.release"u8.ToArray(), false)))),
    };
}
