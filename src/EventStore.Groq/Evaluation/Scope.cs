using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Where an expression is evaluated (spec, Scope). No value refers to a scope, so a scope is used again for the next
/// element by setting its value.
/// </summary>
internal sealed class Scope
{
    public Scope(EvaluationState state, Value[] arguments)
    {
        State = state;
        Arguments = arguments;
    }

    public Scope(Scope parent, in Value value)
    {
        State = parent.State;
        Arguments = parent.Arguments;
        Parent = parent;
        This = value;
    }

    public Scope(Scope parent)
        : this(parent, Value.Null)
    {
    }

    public EvaluationState State { get; }

    public Scope? Parent { get; }

    /// <summary>Arguments of the custom function whose body this is in.</summary>
    public Value[] Arguments { get; }

    public Value This { get; set; }
}
