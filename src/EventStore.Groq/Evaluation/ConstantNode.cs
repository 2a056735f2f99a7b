using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

internal sealed class ConstantNode(Value value) : Node
{
    public Value Value { get; } = value;

    public override Value Evaluate(Scope scope) => Value;
}
