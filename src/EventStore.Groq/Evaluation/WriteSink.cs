using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Writes the elements as a JSON array. Nothing is written before it is known that there is an array.
/// </summary>
internal sealed class WriteSink(JsonOutput output, EvaluationState state) : Sink
{
    private bool begun;

    public override bool Keeps => false;

    public override bool Add(in Value value)
    {
        Separate();
        output.Write(value);
        return true;
    }

    /// <summary>Writes what a step makes of an element, without building it.</summary>
    public void Add(Step step, in Value value, Scope scope)
    {
        long memory = state.Memory;
        Separate();
        step.Write(value, scope, output);
        state.Memory = memory;
    }

    public override void Complete()
    {
        if (!begun)
        {
            output.Raw((byte)'[');
        }
        output.Raw((byte)']');
    }

    private void Separate()
    {
        output.Raw((byte)(begun ? ',' : '['));
        begun = true;
    }
}
