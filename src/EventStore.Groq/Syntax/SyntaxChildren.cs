namespace EventStore.Groq.Syntax;

/// <summary>Walks the tree one level down.</summary>
internal static class SyntaxChildren
{
    /// <summary>The expressions directly inside, and whether they are evaluated in a scope of their own.</summary>
    public static IEnumerable<(Expression Expression, bool Opens)> Of(Expression expression)
    {
        switch (expression)
        {
            case ArrayExpression array:
                return array.Elements.Select(element => (element.Expression, false));
            case ObjectExpression fields:
                return Entries(fields);
            case GroupExpression group:
                return group.Members.Select(member => (member, false));
            case CallExpression call:
                return call.Arguments.Select(argument => (argument, false));
            case PipeExpression pipe:
                return pipe.Call.Arguments.Select(argument => (argument, true)).Prepend((pipe.Base, false));
            case TraversalExpression traversal:
                return traversal.Chain.SelectMany(Inside).Prepend((traversal.Base, false));
            case UnaryExpression unary:
                return [(unary.Operand, false)];
            case BinaryExpression binary:
                return [(binary.Left, false), (binary.Right, false)];
            case LogicalExpression logical:
                return logical.Operands.Select(operand => (operand, false));
            case RangeExpression range:
                return [(range.From, false), (range.To, false)];
            case PairExpression pair:
                return [(pair.Condition, false), (pair.Value, false)];
            case DirectionExpression direction:
                return [(direction.Operand, false)];
            default:
                return [];
        }
    }

    private static IEnumerable<(Expression Expression, bool Opens)> Inside(Traversal traversal) => traversal switch
    {
        BracketTraversal bracket => [(bracket.Expression, true)],
        ProjectionTraversal projection => [(projection.Object, true)],
        SliceTraversal slice => [(slice.Range, false)],
        SelectorTraversal selector => [(selector.Group, true)],
        _ => [],
    };

    private static IEnumerable<(Expression Expression, bool Opens)> Entries(ObjectExpression fields)
    {
        foreach (ObjectEntry entry in fields.Entries)
        {
            switch (entry)
            {
                case NamedEntry named:
                    yield return (named.Value, false);
                    break;
                case SplatEntry { Value: { } value }:
                    yield return (value, false);
                    break;
                case ConditionalEntry conditional:
                    yield return (conditional.Condition, false);
                    yield return (conditional.Value, false);
                    break;
                default:
                    break;
            }
        }
    }
}
