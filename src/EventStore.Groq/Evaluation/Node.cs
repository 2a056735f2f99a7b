using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>An expression made ready for evaluation. Nodes hold no state and are shared by evaluations.</summary>
internal abstract class Node
{
    /// <summary>Whether <see cref="Stream"/> gives elements one by one without keeping them.</summary>
    public virtual bool Streams => false;

    public abstract Value Evaluate(Scope scope);

    /// <summary>
    /// Hands the elements of the array that this is to a sink, until it has enough, and completes it. False, and
    /// nothing handed over, when this is not an array.
    /// </summary>
    public virtual bool Stream(Scope scope, Sink sink) => Sink.Feed(Evaluate(scope), sink);

    public virtual void Write(Scope scope, JsonOutput output) => output.Write(Evaluate(scope));
}
