using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// A traversal, or several combined (spec, Traversal execution). The spec's four types are told apart by what a step
/// can do: a plain one and an array source only apply; an array target gives an array whose elements can be streamed;
/// an array traversal, moreover, takes its input element by element.
/// </summary>
internal abstract class Step
{
    /// <summary>
    /// Whether the result is an array (or null, when the input does not fit): array and array target.
    /// </summary>
    public virtual bool GivesArray => false;

    /// <summary>Whether the input is taken element by element: array traversals.</summary>
    public virtual bool Attaches => false;

    public abstract Value Apply(in Value input, Scope scope);

    /// <summary>Streams the resulting array; false when there is none.</summary>
    public virtual bool Stream(in Value input, Scope scope, Sink sink) => Sink.Feed(Apply(input, scope), sink);

    /// <summary>A sink that passes on what this makes of the elements it is given.</summary>
    public virtual Sink Attach(Sink next, Scope scope) => throw new NotSupportedException();

    public virtual void Write(in Value input, Scope scope, JsonOutput output) => output.Write(Apply(input, scope));
}
