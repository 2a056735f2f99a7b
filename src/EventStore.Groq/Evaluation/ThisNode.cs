using EventStore.Groq.Planning;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

internal sealed class ThisNode : Node
{
    public override Value Evaluate(Scope scope) => scope.This;
}

internal sealed class AttributeNode(byte[] name) : Node
{
    public override Value Evaluate(Scope scope) => scope.This.Attribute(name);
}

internal sealed class ParentNode(int level) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Scope? at = scope;
        for (int i = 0; i < level && at is not null; i++)
        {
            at = at.Parent;
        }
        return at?.This ?? Value.Null;
    }
}

internal sealed class ArgumentNode(int index) : Node
{
    public override Value Evaluate(Scope scope) => scope.Arguments[index];
}

internal sealed class EverythingNode(SourcePlan plan) : Node
{
    public override bool Streams => true;

    public override Value Evaluate(Scope scope)
    {
        var collected = new CollectSink(scope.State);
        Stream(scope, collected);
        return collected.ToArray();
    }

    public override bool Stream(Scope scope, Sink sink)
    {
        foreach (GroqDocument document in scope.State.Dataset.Read(plan.Resolve(scope)))
        {
            scope.State.Step();
            if (!sink.Add(document.Value))
            {
                break;
            }
        }
        sink.Complete();
        return true;
    }

    public override void Write(Scope scope, JsonOutput output) => Stream(scope, new WriteSink(output, scope.State));
}

/// <summary>The body of a custom function in a scope of its own.</summary>
internal sealed class InvocationNode(Node body, Node[] arguments) : Node
{
    public override bool Streams => body.Streams;

    public override Value Evaluate(Scope scope) => body.Evaluate(Enter(scope));

    public override bool Stream(Scope scope, Sink sink) => body.Stream(Enter(scope), sink);

    private Scope Enter(Scope scope)
    {
        scope.State.Step();
        var values = new Value[arguments.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(scope);
        }
        return new Scope(scope.State, values);
    }
}

/// <summary>What does not depend on the scope is evaluated once.</summary>
internal sealed class CachedNode(Node inner, int slot) : Node
{
    public int Slot => slot;

    public override Value Evaluate(Scope scope)
    {
        ref Value? cached = ref scope.State.Cached(slot);
        if (cached is null)
        {
            long memory = scope.State.Memory;
            cached = inner.Evaluate(scope);
            // Filters give back what their elements needed; this stays.
            scope.State.Retain(scope.State.Memory - memory);
        }
        return cached.Value;
    }
}
