using EventStore.Groq.Syntax;

namespace EventStore.Groq.Functions;

/// <summary>All functions by namespace and name.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, Dictionary<string, BuiltIn>> Namespaces = new(StringComparer.Ordinal)
    {
        ["global"] = GlobalFunctions.All,
        ["string"] = StringFunctions.All,
        ["array"] = ArrayFunctions.All,
        ["math"] = MathFunctions.All,
        ["dateTime"] = DateTimeFunctions.All,
        ["pt"] = PortableTextFunctions.All,
        ["geo"] = GeoFunctions.All,
        ["delta"] = DeltaFunctions.All,
        ["diff"] = DiffFunctions.All,
        ["sanity"] = SanityFunctions.All,
        ["releases"] = ReleasesFunctions.All,
        ["documents"] = DocumentsFunctions.All,
        ["user"] = UserFunctions.All,
        ["text"] = TextFunctions.All,
    };

    public static BuiltIn Find(CallExpression call)
    {
        if (!Namespaces.TryGetValue(call.Namespace ?? "global", out Dictionary<string, BuiltIn>? functions))
        {
            throw new GroqParseException($"unknown namespace: {call.Namespace}", call.Start, call.End);
        }
        return functions.TryGetValue(call.Name, out BuiltIn? function)
            ? function
            : throw new GroqParseException($"unknown function: {call.FullName}()", call.Start, call.End);
    }
}
