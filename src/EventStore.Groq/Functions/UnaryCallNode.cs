using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

internal sealed class UnaryCallNode(Func<Value, EvaluationState, Value> function, Node argument) : Node
{
    public override Value Evaluate(Scope scope) => function(argument.Evaluate(scope), scope.State);
}

internal sealed class BinaryCallNode(Func<Value, Value, EvaluationState, Value> function, Node first, Node second)
    : Node
{
    public override Value Evaluate(Scope scope) =>
        function(first.Evaluate(scope), second.Evaluate(scope), scope.State);
}

internal sealed class ScopeCallNode(Func<Scope, Value> function) : Node
{
    public override Value Evaluate(Scope scope) => function(scope);
}

/// <summary>A function of the scope and any number of values.</summary>
internal sealed class ManyCallNode(Func<Scope, Value[], Value> function, Node[] arguments) : Node
{
    public override Value Evaluate(Scope scope) =>
        function(scope, Array.ConvertAll(arguments, argument => argument.Evaluate(scope)));
}
