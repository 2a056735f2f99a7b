namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>diff</c>: two values and a selector of what is of interest.</summary>
internal static class DiffFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["changedAny"] = new(3, 3, (compiler, call) => new SelectorCallNode(
            Change.Any,
            compiler.Compile(call.Arguments[0]),
            compiler.Compile(call.Arguments[1]),
            compiler.CompileSelector(call.Arguments[2]))),
        ["changedOnly"] = new(3, 3, (compiler, call) => new SelectorCallNode(
            Change.Only,
            compiler.Compile(call.Arguments[0]),
            compiler.Compile(call.Arguments[1]),
            compiler.CompileSelector(call.Arguments[2]))),
    };
}
