using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Array traversals, then one element, then anything: an array source. Reading stops at the element.
/// </summary>
internal sealed class ElementStep(Step? before, long index, Step? after) : Step
{
    public override bool GivesArray => after is { GivesArray: true };

    /// <summary>The same with more array traversals in front.</summary>
    public ElementStep Behind(Step first) =>
        new(before is null ? first : new ArrayJoinStep(first, before), index, after);

    /// <summary>The same with a projection of every element in front.</summary>
    public ElementStep BehindProjection(Step projection) =>
        new(new InnerMapStep(projection, before ?? new PostfixStep()), index, after);

    public override Value Apply(in Value input, Scope scope)
    {
        if (!input.IsArray)
        {
            return Value.Null;
        }
        var sink = new ElementSink(index, scope.State);
        Sink.Feed(input, before?.Attach(sink, scope) ?? sink);
        return Finish(sink, scope);
    }

    /// <summary>Applies to an array that is streamed.</summary>
    public Value Apply(Node source, Scope scope)
    {
        var sink = new ElementSink(index, scope.State);
        return source.Stream(scope, before?.Attach(sink, scope) ?? sink) ? Finish(sink, scope) : Value.Null;
    }

    private Value Finish(ElementSink sink, Scope scope) =>
        after is null ? sink.Result : after.Apply(sink.Result, scope);

    private sealed class ElementSink(long index, EvaluationState state) : Sink
    {
        private readonly CollectSink? kept = index < -1 ? new(state) : null;
        private long position;

        public Value Result { get; private set; }

        public override bool Add(in Value value)
        {
            if (index == -1)
            {
                Result = value;
                return true;
            }
            if (kept is not null)
            {
                return kept.Add(value);
            }
            if (position++ < index)
            {
                return true;
            }
            Result = value;
            return false;
        }

        public override void Complete()
        {
            if (kept is not null)
            {
                Value[] items = kept.ToArray().Items;
                Result = items.Length + index >= 0 ? items[items.Length + index] : Value.Null;
            }
        }
    }
}
