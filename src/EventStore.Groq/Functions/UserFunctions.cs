using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>user</c>.</summary>
internal static class UserFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["attributes"] = BuiltIn.Of(_ => Value.Object(new ObjectValue())),
    };
}
