using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// <c>&amp;&amp;</c> over any number of operands: false if one is false, else null if one is no boolean. Evaluation has
/// no effects, so stopping at the first false is not seen.
/// </summary>
internal sealed class AndNode(Node[] operands) : Node
{
    public override Value Evaluate(Scope scope)
    {
        bool unknown = false;
        foreach (Node operand in operands)
        {
            Value value = operand.Evaluate(scope);
            if (value.IsFalse)
            {
                return Value.False;
            }
            unknown |= !value.IsBoolean;
        }
        return unknown ? Value.Null : Value.True;
    }
}

internal sealed class OrNode(Node[] operands) : Node
{
    public override Value Evaluate(Scope scope)
    {
        bool unknown = false;
        foreach (Node operand in operands)
        {
            Value value = operand.Evaluate(scope);
            if (value.IsTrue)
            {
                return Value.True;
            }
            unknown |= !value.IsBoolean;
        }
        return unknown ? Value.Null : Value.False;
    }
}

internal sealed class NotNode(Node operand) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = operand.Evaluate(scope);
        return value.IsBoolean ? Value.Of(!value.IsTrue) : Value.Null;
    }
}

internal sealed class EqualityNode(Node left, Node right, bool negated) : Node
{
    public override Value Evaluate(Scope scope) =>
        Value.Of(Comparison.AreEqual(left.Evaluate(scope), right.Evaluate(scope)) != negated);
}

/// <summary>Equality with a constant string, the most frequent condition of all.</summary>
internal sealed class StringEqualityNode(Node left, byte[] constant, bool negated) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = left.Evaluate(scope);
        bool equal = value.Kind == ValueKind.String
            ? value.Span.SequenceEqual(constant)
            : value.IsString && value.ToUtf8().SequenceEqual(constant);
        return Value.Of(equal != negated);
    }
}

internal sealed class ComparisonNode(Syntax.BinaryOperator operation, Node left, Node right) : Node
{
    public override Value Evaluate(Scope scope)
    {
        if (!Comparison.TryCompare(left.Evaluate(scope), right.Evaluate(scope), out int order))
        {
            return Value.Null;
        }
        return Value.Of(operation switch
        {
            Syntax.BinaryOperator.Less => order < 0,
            Syntax.BinaryOperator.LessOrEqual => order <= 0,
            Syntax.BinaryOperator.Greater => order > 0,
            _ => order >= 0,
        });
    }
}

internal sealed class MatchNode(Node left, Node right) : Node
{
    /// <summary>A constant pattern is analysed once.</summary>
    private readonly MatchPattern? constant =
        right is ConstantNode pattern && MatchPattern.TryCreate(pattern.Value, out MatchPattern matcher)
            ? matcher
            : null;

    public override Value Evaluate(Scope scope)
    {
        MatchPattern? matcher = constant;
        if (matcher is null && !MatchPattern.TryCreate(right.Evaluate(scope), out matcher))
        {
            return Value.False;
        }
        return Value.Of(matcher.Matches(MatchTokens.Of(left.Evaluate(scope)), scope.State));
    }
}
