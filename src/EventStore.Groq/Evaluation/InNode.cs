using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary><c>left in from..to</c>.</summary>
internal sealed class InRangeNode(Node left, Node from, Node to, bool exclusive) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = left.Evaluate(scope);
        if (!Comparison.TryCompare(value, from.Evaluate(scope), out int lower)
            || !Comparison.TryCompare(value, to.Evaluate(scope), out int upper))
        {
            return Value.Null;
        }
        return Value.Of(lower >= 0 && (exclusive ? upper < 0 : upper <= 0));
    }
}

/// <summary><c>left in right</c> for an array or a path.</summary>
internal sealed class InNode(Node left, Node right) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = left.Evaluate(scope);
        if (right.Streams)
        {
            var search = new SearchSink(value, scope.State);
            return right.Stream(scope, search) ? Value.Of(search.Found) : Value.Null;
        }
        Value container = right.Evaluate(scope);
        if (container.IsArray)
        {
            var search = new SearchSink(value, scope.State);
            Sink.Feed(container, search);
            return Value.Of(search.Found);
        }
        return InPath(value, container);
    }

    public static Value InPath(in Value value, in Value container)
    {
        if (container.Kind != ValueKind.Path)
        {
            return Value.Null;
        }
        return value.Kind == ValueKind.Path ? Value.Of(container.Path.Matches(value.Path.Pattern))
            : value.IsString ? Value.Of(container.Path.Matches(value.ToString()))
            : Value.Null;
    }

    private sealed class SearchSink(Value wanted, EvaluationState state) : Sink
    {
        public override bool Keeps => false;

        public bool Found { get; private set; }

        public override bool Add(in Value value)
        {
            state.Step();
            Found |= Comparison.AreEqual(wanted, value);
            return !Found;
        }
    }
}

/// <summary><c>left in right</c> where the right side is the same for every scope: it is made a set once.</summary>
internal sealed class InConstantNode(Node left, Node right, int slot) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = left.Evaluate(scope);
        ref ValueSet? set = ref scope.State.CachedSet(slot);
        if (set is null)
        {
            Value container = right.Evaluate(scope);
            if (!container.IsArray)
            {
                return InNode.InPath(value, container);
            }
            set = new ValueSet(container);
        }
        return Value.Of(set.Contains(value));
    }
}
