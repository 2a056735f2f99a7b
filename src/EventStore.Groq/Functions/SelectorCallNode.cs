using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>A question about what changed between two values.</summary>
internal sealed class SelectorCallNode(
    Func<Value, Value, Selector, Scope, bool> question, Node before, Node after, Selector selector) : Node
{
    public override Value Evaluate(Scope scope) =>
        Value.Of(question(before.Evaluate(scope), after.Evaluate(scope), selector, scope));
}
