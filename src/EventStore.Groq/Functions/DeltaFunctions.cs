using EventStore.Groq.Evaluation;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>delta</c>: about the change that a query is about, in delta mode only.</summary>
internal static class DeltaFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["operation"] = new(0, 0, (compiler, call) => Only(compiler, call, new ScopeCallNode(Operation))),
        ["changedAny"] = new(1, 1, (compiler, call) => Only(compiler, call, new SelectorCallNode(
            Change.Any, new DeltaNode(Before), new DeltaNode(After), compiler.CompileSelector(call.Arguments[0])))),
        ["changedOnly"] = new(1, 1, (compiler, call) => Only(compiler, call, new SelectorCallNode(
            Change.Only, new DeltaNode(Before), new DeltaNode(After), compiler.CompileSelector(call.Arguments[0])))),
    };

    public static Value Before(EvaluationState state) => state.Context.Before?.Value ?? Value.Null;

    public static Value After(EvaluationState state) => state.Context.After?.Value ?? Value.Null;

    public static Node Only(Compiler compiler, CallExpression call, Node node) => compiler.IsDelta
        ? node
        : throw new GroqParseException($"{call.FullName}() is only allowed in delta mode", call.Start, call.End);

    private static Value Operation(Scope scope)
    {
        GroqContext context = scope.State.Context;
        return context.Before is null ? context.After is null ? Value.Null : Value.Of("create")
            : context.After is null ? Value.Of("delete")
            : Value.Of("update");
    }

    private sealed class DeltaNode(Func<EvaluationState, Value> side) : Node
    {
        public override Value Evaluate(Scope scope) => side(scope.State);
    }
}
