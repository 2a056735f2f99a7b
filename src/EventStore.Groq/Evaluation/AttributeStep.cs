using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

internal sealed class AttributeStep(byte[] name) : Step
{
    public override Value Apply(in Value input, Scope scope) => input.Attribute(name);
}

internal sealed class DereferenceStep : Step
{
    public override Value Apply(in Value input, Scope scope)
    {
        Value reference = input.Attribute("_ref"u8);
        if (!reference.IsString)
        {
            return Value.Null;
        }
        scope.State.Step();
        return scope.State.Dataset.Find(reference.ToString())?.Value ?? Value.Null;
    }

    /// <summary>Announces the references in an array, to be fetched together.</summary>
    public static void Prefetch(in Value array, EvaluationState state)
    {
        var ids = new List<string>();
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            if (items.Current.Attribute("_ref"u8) is { IsString: true } reference)
            {
                ids.Add(reference.ToString());
            }
        }
        if (ids.Count > 1)
        {
            state.Dataset.Prefetch(ids);
        }
    }
}

internal sealed class ProjectionStep(Node projection) : Step
{
    public override Value Apply(in Value input, Scope scope) => input.IsObject
        ? projection.Evaluate(new Scope(scope, input))
        : Value.Null;

    public override void Write(in Value input, Scope scope, JsonOutput output)
    {
        if (input.IsObject)
        {
            projection.Write(new Scope(scope, input), output);
        }
        else
        {
            output.Write(Value.Null);
        }
    }
}

/// <summary>One step and then another on its result. Plain, or an array target if the last gives an array.</summary>
internal sealed class JoinStep(Step first, Step rest) : Step
{
    public override bool GivesArray => rest.GivesArray;

    public bool StartsWithDereference => first is DereferenceStep;

    public override Value Apply(in Value input, Scope scope) => rest.Apply(first.Apply(input, scope), scope);

    public override bool Stream(in Value input, Scope scope, Sink sink) =>
        rest.Stream(first.Apply(input, scope), scope, sink);

    public override void Write(in Value input, Scope scope, JsonOutput output) =>
        rest.Write(first.Apply(input, scope), scope, output);
}
