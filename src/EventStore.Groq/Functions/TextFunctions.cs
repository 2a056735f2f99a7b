namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>text</c>: searching whole documents.</summary>
internal static class TextFunctions
{
    private const string NeedsEmbeddings = "needs embeddings, which this server does not have";

    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["query"] = BuiltIn.Of((query, _) => query),
        ["semanticSimilarity"] = new(1, 1, (_, call) => throw new GroqParseException(
            $"{call.FullName}() {NeedsEmbeddings}", call.Start, call.End)),
        ["embedding"] = new(1, 1, (_, call) => throw new GroqParseException(
            $"{call.FullName}() {NeedsEmbeddings}", call.Start, call.End)),
    };
}
