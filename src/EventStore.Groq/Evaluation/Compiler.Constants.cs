using EventStore.Groq.Functions;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

// What is known without evaluating anything.
internal sealed partial class Compiler
{
    /// <summary>The value of a constant expression (spec, Constant expression evaluation).</summary>
    public bool TryConstant(Expression expression, out Value value)
    {
        value = Value.Null;
        switch (expression)
        {
            case LiteralExpression literal:
                value = literal.Value;
                return true;
            case GroupExpression { IsTuple: false } group:
                return TryConstant(group.Members[0], out value);
            case ParameterExpression parameter when current?.IndexOf(parameter.Name) is not >= 0:
                return parameters.TryGetValue(parameter.Name, out value);
            case UnaryExpression { Operator: not UnaryOperator.Not } unary when TryConstant(unary.Operand, out value):
                value = !value.IsNumber ? Value.Null
                    : unary.Operator == UnaryOperator.Minus ? Value.Of(-value.ToDouble()) : value;
                return true;
            case BinaryExpression { Operator: >= BinaryOperator.Add } binary:
                return TryFold(binary, out value);
            case ArrayExpression array:
                return TryFold(array, out value);
            case CallExpression { Namespace: null, Name: "path" or "dateTime", Arguments.Length: 1 } call
                when TryConstant(call.Arguments[0], out Value argument):
                // Not among the specification's constants, but neither means anything else to a square bracket.
                value = GlobalFunctions.Constant(call.Name, argument);
                return true;
            default:
                return false;
        }
    }

    private bool TryFold(BinaryExpression expression, out Value value)
    {
        if (!TryConstant(expression.Left, out value) || !TryConstant(expression.Right, out Value right))
        {
            return false;
        }
        value = ArithmeticNode.Compute(expression.Operator, value, right, null);
        return true;
    }

    private bool TryFold(ArrayExpression expression, out Value value)
    {
        var items = new Value[expression.Elements.Length];
        value = Value.Null;
        for (int i = 0; i < items.Length; i++)
        {
            if (expression.Elements[i].IsSplat || !TryConstant(expression.Elements[i].Expression, out items[i]))
            {
                return false;
            }
        }
        value = Value.Array(items);
        return true;
    }
}
