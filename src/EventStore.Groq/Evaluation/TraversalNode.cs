using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>A traversal on what an expression gives.</summary>
internal sealed class TraversalNode(Node source, Step step) : Node
{
    public override bool Streams => step.GivesArray;

    public override Value Evaluate(Scope scope)
    {
        if (source.Streams)
        {
            if (step.Attaches)
            {
                var collected = new CollectSink(scope.State);
                return source.Stream(scope, step.Attach(collected, scope)) ? collected.ToArray() : Value.Null;
            }
            if (step is ElementStep element)
            {
                return element.Apply(source, scope);
            }
        }
        return step.Apply(source.Evaluate(scope), scope);
    }

    public override bool Stream(Scope scope, Sink sink) => source.Streams && step.Attaches
        ? source.Stream(scope, step.Attach(sink, scope))
        : source.Streams && step is ElementStep element
        ? Sink.Feed(element.Apply(source, scope), sink)
        : step.Stream(source.Evaluate(scope), scope, sink);

    public override void Write(Scope scope, JsonOutput output)
    {
        if (!Streams)
        {
            if (source.Streams)
            {
                output.Write(Evaluate(scope));
            }
            else
            {
                step.Write(source.Evaluate(scope), scope, output);
            }
            return;
        }
        if (!Stream(scope, new WriteSink(output, scope.State)))
        {
            output.Write(Value.Null);
        }
    }
}
