using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>What all array traversals share: their result is what comes out of their sink.</summary>
internal abstract class ArrayStep : Step
{
    public sealed override bool GivesArray => true;

    public sealed override bool Attaches => true;

    public override Value Apply(in Value input, Scope scope)
    {
        var collected = new CollectSink(scope.State);
        return Stream(input, scope, collected) ? collected.ToArray() : Value.Null;
    }

    public override bool Stream(in Value input, Scope scope, Sink sink) =>
        input.IsArray && Sink.Feed(input, Attach(sink, scope));
}

/// <summary>The <c>[]</c>.</summary>
internal sealed class PostfixStep : ArrayStep
{
    public override Value Apply(in Value input, Scope scope) => input.IsArray ? input : Value.Null;

    public override Sink Attach(Sink next, Scope scope) => next;
}

internal sealed class FilterStep(Node condition) : ArrayStep
{
    public override Sink Attach(Sink next, Scope scope) => new FilterSink(condition, next, scope);

    private sealed class FilterSink(Node condition, Sink next, Scope outer) : Sink
    {
        private readonly Scope scope = new(outer);

        public override bool Keeps => next.Keeps;

        public override bool Add(in Value value)
        {
            EvaluationState state = scope.State;
            state.Step();
            scope.This = value;
            long memory = state.Memory;
            bool matches = condition.Evaluate(scope).IsTrue;
            state.Memory = memory;
            return !matches || next.Add(value);
        }

        public override void Complete() => next.Complete();
    }
}

/// <summary>Another array traversal on the array as a whole.</summary>
internal sealed class ArrayJoinStep(Step first, Step rest) : ArrayStep
{
    public override Sink Attach(Sink next, Scope scope) => first.Attach(rest.Attach(next, scope), scope);
}

/// <summary>A plain step on every element.</summary>
internal sealed class MapStep(Step first, Step each) : ArrayStep
{
    public override Sink Attach(Sink next, Scope scope) => first.Attach(new MapSink(each, next, scope), scope);

    /// <summary>References that are about to be followed together are announced together.</summary>
    public override bool Stream(in Value input, Scope scope, Sink sink)
    {
        if (each is DereferenceStep or JoinStep { StartsWithDereference: true })
        {
            DereferenceStep.Prefetch(input, scope.State);
        }
        return base.Stream(input, scope, sink);
    }
}

/// <summary>A projection on every element before an array traversal: inner mapped, in the spec's word.</summary>
internal sealed class InnerMapStep(Step each, Step rest) : ArrayStep
{
    public override Sink Attach(Sink next, Scope scope) => new MapSink(each, rest.Attach(next, scope), scope);
}

internal sealed class MapSink(Step each, Sink next, Scope scope) : Sink
{
    private readonly WriteSink? writer = next as WriteSink;

    public override bool Keeps { get; } = next.Keeps;

    public override bool Add(in Value value)
    {
        scope.State.Step();
        if (writer is not null)
        {
            writer.Add(each, value, scope);
            return true;
        }
        long memory = scope.State.Memory;
        bool wanted = next.Add(each.Apply(value, scope));
        if (!Keeps)
        {
            scope.State.Memory = memory;
        }
        return wanted;
    }

    public override void Complete() => next.Complete();
}

/// <summary>
/// An array target on every element, the results in one array. What gives no array becomes an element itself: the spec
/// leaves it out, all implementations and the public test suite keep it.
/// </summary>
internal sealed class FlatMapStep(Step first, Step each) : ArrayStep
{
    public override Sink Attach(Sink next, Scope scope) => first.Attach(new FlatMapSink(each, next, scope), scope);

    private sealed class FlatMapSink(Step each, Sink next, Scope scope) : Sink
    {
        private readonly PassingSink passing = new(next);

        public override bool Keeps { get; } = next.Keeps;

        public override bool Add(in Value value)
        {
            scope.State.Step();
            long memory = scope.State.Memory;
            bool wanted = each.Stream(value, scope, passing) ? passing.Wanted : next.Add(Value.Null);
            if (!Keeps)
            {
                scope.State.Memory = memory;
            }
            return wanted;
        }

        public override void Complete() => next.Complete();
    }

    /// <summary>Passes elements on, but not the end: there is more to come from the next element.</summary>
    private sealed class PassingSink(Sink next) : Sink
    {
        public override bool Keeps => next.Keeps;

        public bool Wanted { get; private set; } = true;

        public override bool Add(in Value value) => Wanted = next.Add(value);
    }
}
