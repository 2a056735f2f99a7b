using EventStore.Groq.Evaluation;

namespace EventStore.Groq.Planning;

/// <summary>What a <c>*</c> asks of the dataset, before values that depend on the scope are known.</summary>
internal sealed class SourcePlan(GroqSource template, ConstraintPart constraint)
{
    private readonly GroqSource explained =
        template with { Constraint = constraint.Resolve(null) ?? GroqConstraint.Anything };

    public static SourcePlan Everything { get; } = new(GroqSource.Everything, ConstraintPart.Anything);

    /// <summary>As far as it is known without evaluating anything.</summary>
    public GroqSource Explained => explained;

    public GroqSource Resolve(Scope scope) => constraint.IsDynamic
        ? template with { Constraint = constraint.Resolve(new Scope(scope)) ?? GroqConstraint.Anything }
        : explained;
}
