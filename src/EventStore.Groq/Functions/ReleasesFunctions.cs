using EventStore.Groq.Evaluation;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>releases</c>.</summary>
internal static class ReleasesFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["all"] = new(0, 0, (_, _) => new TraversalNode(new EverythingNode(), new FilterStep(
            new StringEqualityNode(new AttributeNode("_type"u8.ToArray()), "system.release"u8.ToArray(), false)))),
    };
}
