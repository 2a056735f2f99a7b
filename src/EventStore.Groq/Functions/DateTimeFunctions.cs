using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>dateTime</c>.</summary>
internal static class DateTimeFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["now"] = BuiltIn.Of(scope => Value.DateTime(scope.State.Context.Now.UtcTicks)),
    };
}
