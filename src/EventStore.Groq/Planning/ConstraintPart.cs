using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Planning;

/// <summary>
/// A constraint whose constants may have to be evaluated first, in the scope of the filter it came from.
/// </summary>
/// <param name="Resolve">Gives the constraint; null when the values turn out not to fit one.</param>
/// <param name="IsExact">Whether it says as much as the condition it was made from.</param>
/// <param name="IsTwoValued">Whether the condition is true or false and never null, so that it can be negated.</param>
/// <param name="IsDynamic">Whether there are values to evaluate.</param>
internal sealed record ConstraintPart(
    Func<Scope?, GroqConstraint?> Resolve, bool IsExact, bool IsTwoValued, bool IsDynamic)
{
    public static ConstraintPart Anything { get; } =
        new(_ => GroqConstraint.Anything, IsExact: false, IsTwoValued: false, IsDynamic: false);

    public static ConstraintPart Fixed(GroqConstraint constraint, bool twoValued) =>
        new(_ => constraint, IsExact: true, twoValued, IsDynamic: false);

    public static bool TryConstant(in Value value, out GroqConstant constant)
    {
        constant = value.Type switch
        {
            DataType.Null => new GroqConstant(GroqConstantKind.Null),
            DataType.Boolean => new GroqConstant(value.IsTrue ? GroqConstantKind.True : GroqConstantKind.False),
            DataType.Number => new GroqConstant(GroqConstantKind.Number, null, value.ToDouble()),
            DataType.String => GroqConstant.Of(value.ToString()),
            _ => default,
        };
        return value.Type is DataType.Null or DataType.Boolean or DataType.Number or DataType.String;
    }
}
