using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>Keeps all elements.</summary>
internal sealed class CollectSink(EvaluationState state) : Sink
{
    private const int BytesPerValue = 48;

    private readonly List<Value> items = [];

    public Value ToArray() => Value.Array([.. items]);

    public override bool Add(in Value value)
    {
        state.Charge(value, BytesPerValue);
        items.Add(value);
        return true;
    }
}
