using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>documents</c>: references between datasets, of which there are none here.</summary>
internal static class DocumentsFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["get"] = BuiltIn.Of((_, _) => Value.Null),
        ["incomingRefCount"] = BuiltIn.Of(_ => Value.Null),
        ["incomingGlobalDocumentReferenceCount"] = BuiltIn.Of(_ => Value.Null),
    };
}
