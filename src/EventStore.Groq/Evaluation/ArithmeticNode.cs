using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

internal sealed class ArithmeticNode(BinaryOperator operation, Node left, Node right) : Node
{
    public override Value Evaluate(Scope scope) =>
        Compute(operation, left.Evaluate(scope), right.Evaluate(scope), scope.State);

    public static Value Compute(BinaryOperator operation, in Value left, in Value right, EvaluationState? state)
    {
        if (left.IsNumber && right.IsNumber)
        {
            double a = left.ToDouble();
            double b = right.ToDouble();
            return Value.Of(operation switch
            {
                BinaryOperator.Add => a + b,
                BinaryOperator.Subtract => a - b,
                BinaryOperator.Multiply => a * b,
                BinaryOperator.Divide => a / b,
                BinaryOperator.Remainder => a % b,
                _ => Math.Pow(a, b),
            });
        }
        return operation switch
        {
            BinaryOperator.Add => Add(left, right, state),
            BinaryOperator.Subtract when left.Kind == ValueKind.DateTime => Subtract(left, right),
            _ => Value.Null,
        };
    }

    private static Value Add(in Value left, in Value right, EvaluationState? state)
    {
        switch (left.Type)
        {
            case DataType.String when right.IsString:
                ReadOnlySpan<byte> first = left.ToUtf8();
                ReadOnlySpan<byte> second = right.ToUtf8();
                state?.Charge(first.Length + second.Length);
                byte[] joined = new byte[first.Length + second.Length];
                first.CopyTo(joined);
                second.CopyTo(joined.AsSpan(first.Length));
                return Value.Utf8(joined);
            case DataType.Array when right.IsArray:
                return Concatenate(left, right, state);
            case DataType.Object when right.IsObject:
                var merged = new ObjectValue();
                merged.SetAll(left);
                merged.SetAll(right);
                state?.Charge(merged.Count * 48L);
                return Value.Object(merged);
            case DataType.DateTime when right.IsNumber:
                return DateTimeFormat.Add(left.Ticks, right.ToDouble());
            case DataType.Number when right.Kind == ValueKind.DateTime:
                return DateTimeFormat.Add(right.Ticks, left.ToDouble());
            default:
                return Value.Null;
        }
    }

    private static Value Concatenate(in Value left, in Value right, EvaluationState? state)
    {
        var items = new List<Value>();
        var elements = new ItemEnumerator(left);
        while (elements.MoveNext())
        {
            items.Add(elements.Current);
        }
        elements = new ItemEnumerator(right);
        while (elements.MoveNext())
        {
            items.Add(elements.Current);
        }
        state?.Step(items.Count);
        state?.Charge(items.Count * 24L);
        return Value.Array([.. items]);
    }

    private static Value Subtract(in Value left, in Value right) => right.Kind == ValueKind.DateTime
        ? Value.Of((double)(left.Ticks - right.Ticks) / TimeSpan.TicksPerSecond)
        : right.IsNumber ? DateTimeFormat.Add(left.Ticks, -right.ToDouble()) : Value.Null;
}

internal sealed class SignNode(Node operand, bool negate) : Node
{
    public override Value Evaluate(Scope scope)
    {
        Value value = operand.Evaluate(scope);
        return !value.IsNumber ? Value.Null : negate ? Value.Of(-value.ToDouble()) : value;
    }
}
