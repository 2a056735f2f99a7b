using EventStore.Groq.Evaluation;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Planning;

/// <summary>
/// Finds in a filter's condition what a store could test. What it does not understand constrains nothing.
/// </summary>
internal sealed class ConstraintExtractor(Compiler compiler)
{
    public ConstraintPart Extract(Expression condition)
    {
        if (compiler.TryConstant(condition, out Value constant))
        {
            return ConstraintPart.Fixed(
                constant.IsTrue ? GroqConstraint.Anything : GroqConstraint.Nothing, twoValued: constant.IsBoolean);
        }
        switch (condition)
        {
            case GroupExpression { IsTuple: false } group:
                return Extract(group.Members[0]);
            case LogicalExpression logical:
                return Combine(logical.IsAnd, Array.ConvertAll(logical.Operands, Extract));
            case UnaryExpression { Operator: UnaryOperator.Not } negation:
                return Negate(Extract(negation.Operand));
            case BinaryExpression { Operator: BinaryOperator.In } membership:
                return Membership(membership);
            case BinaryExpression { Operator: <= BinaryOperator.GreaterOrEqual } comparison:
                return Comparison(comparison);
            case CallExpression call:
                return Call(call);
            default:
                return TryPath(condition, out GroqPath? path)
                    ? ConstraintPart.Fixed(
                        new GroqConstraint.Compare(
                            path!, GroqComparison.Equal, new GroqConstant(GroqConstantKind.True)),
                        twoValued: false)
                    : ConstraintPart.Anything;
        }
    }

    /// <summary>An attribute of the current value, or one inside of it.</summary>
    public static bool TryPath(Expression expression, out GroqPath? path)
    {
        while (expression is GroupExpression { IsTuple: false } group)
        {
            expression = group.Members[0];
        }
        path = expression switch
        {
            AttributeExpression attribute => new GroqPath([attribute.Name]),
            TraversalExpression { Base: AttributeExpression start } traversal when HasOnlyNames(traversal.Chain) =>
                new GroqPath([start.Name, .. Names(traversal.Chain)]),
            TraversalExpression { Base: ThisExpression } traversal when HasOnlyNames(traversal.Chain) =>
                new GroqPath([.. Names(traversal.Chain)]),
            _ => null,
        };
        return path is not null;
    }

    private static bool HasOnlyNames(Traversal[] chain) => Array.TrueForAll(chain, step => step is AttributeTraversal);

    private static IEnumerable<string> Names(Traversal[] chain) =>
        chain.Select(step => ((AttributeTraversal)step).Name);

    /// <summary>A conjunction or a disjunction.</summary>
    public static ConstraintPart Combine(bool isAnd, ConstraintPart[] parts)
    {
        // A disjunction of which one part constrains nothing constrains nothing.
        return new ConstraintPart(
            scope =>
            {
                var resolved = new List<GroqConstraint>();
                foreach (ConstraintPart part in parts)
                {
                    GroqConstraint constraint = part.Resolve(scope) ?? GroqConstraint.Anything;
                    if (constraint != GroqConstraint.Anything)
                    {
                        resolved.Add(constraint);
                    }
                    else if (!isAnd)
                    {
                        return GroqConstraint.Anything;
                    }
                }
                return resolved.Count == 1 ? resolved[0]
                    : isAnd ? new GroqConstraint.All(resolved) : new GroqConstraint.Any(resolved);
            },
            Array.TrueForAll(parts, part => part.IsExact),
            Array.TrueForAll(parts, part => part.IsTwoValued),
            Array.Exists(parts, part => part.IsDynamic));
    }

    private static ConstraintPart Negate(ConstraintPart part) => part is { IsExact: true, IsTwoValued: true }
        ? part with
        {
            Resolve = scope => part.Resolve(scope) is { } constraint ? new GroqConstraint.Not(constraint) : null,
        }
        : ConstraintPart.Anything;

    private ConstraintPart Comparison(BinaryExpression comparison)
    {
        var kind = (GroqComparison)(int)comparison.Operator;
        Expression other = comparison.Right;
        if (!TryPath(comparison.Left, out GroqPath? path))
        {
            if (!TryPath(comparison.Right, out path))
            {
                return ConstraintPart.Anything;
            }
            other = comparison.Left;
            kind = kind.Exchanged();
        }
        bool twoValued = kind is GroqComparison.Equal or GroqComparison.NotEqual;
        return WithValue(other, twoValued, value => ConstraintPart.TryConstant(value, out GroqConstant constant)
            ? new GroqConstraint.Compare(path!, kind, constant)
            : null);
    }

    private ConstraintPart Membership(BinaryExpression membership)
    {
        Expression container = membership.Right;
        while (container is GroupExpression { IsTuple: false } group)
        {
            container = group.Members[0];
        }
        if (!TryPath(membership.Left, out GroqPath? path))
        {
            return ConstraintPart.Anything;
        }
        if (container is RangeExpression range)
        {
            return Range(path!, range);
        }
        // What is no container makes the condition null, which a negation leaves null.
        bool isId = path!.Single == "_id";
        bool twoValued = compiler.TryConstant(container, out Value constant)
            && (constant.IsArray || (isId && constant.Kind == ValueKind.Path));
        return WithValue(container, twoValued, value => Membership(path, isId, value));
    }

    private static GroqConstraint? Membership(GroqPath path, bool isId, in Value container)
    {
        if (container.Kind == ValueKind.Path)
        {
            return isId ? new GroqConstraint.IdIn(container.Path.Pattern) : null;
        }
        if (!container.IsArray)
        {
            return GroqConstraint.Nothing;
        }
        var constants = new List<GroqConstant>();
        var items = new ItemEnumerator(container);
        while (items.MoveNext())
        {
            if (ConstraintPart.TryConstant(items.Current, out GroqConstant constant))
            {
                constants.Add(constant);
            }
            else if (items.Current.Kind == ValueKind.DateTime)
            {
                return null;
            }
        }
        return new GroqConstraint.OneOf(path, constants);
    }

    private ConstraintPart Range(GroqPath path, RangeExpression range)
    {
        ConstraintPart Bound(Expression bound, GroqComparison comparison) =>
            WithValue(bound, false, value => ConstraintPart.TryConstant(value, out GroqConstant constant)
                ? new GroqConstraint.Compare(path, comparison, constant)
                : null);
        GroqComparison upper = range.IsExclusive ? GroqComparison.Less : GroqComparison.LessOrEqual;
        return Combine(
            isAnd: true, [Bound(range.From, GroqComparison.GreaterOrEqual), Bound(range.To, upper)]);
    }

    private ConstraintPart Call(CallExpression call)
    {
        switch (call.FullName)
        {
            case "defined" when call.Arguments.Length == 1 && TryPath(call.Arguments[0], out GroqPath? path):
                return ConstraintPart.Fixed(new GroqConstraint.Defined(path!), twoValued: true);
            case "references" when call.Arguments.Length == 1:
                return WithValue(call.Arguments[0], twoValued: true, value =>
                {
                    var ids = new List<string>();
                    if (value.IsString)
                    {
                        ids.Add(value.ToString());
                    }
                    var items = new ItemEnumerator(value);
                    while (items.MoveNext())
                    {
                        if (items.Current.IsString)
                        {
                            ids.Add(items.Current.ToString());
                        }
                    }
                    return new GroqConstraint.References(ids);
                });
            default:
                return ConstraintPart.Anything;
        }
    }

    /// <summary>A constraint made of the value of an expression that does not depend on the document.</summary>
    private ConstraintPart WithValue(Expression expression, bool twoValued, Func<Value, GroqConstraint?> make)
    {
        if (compiler.TryConstant(expression, out Value constant))
        {
            GroqConstraint? made = make(constant);
            return made is null ? ConstraintPart.Anything : ConstraintPart.Fixed(made, twoValued);
        }
        // A subquery would be evaluated here and again in the filter; and compiled twice at every level of nesting.
        if (ScopeAnalysis.DependsOnThis(expression) || ScopeAnalysis.ReadsDataset(expression))
        {
            return ConstraintPart.Anything;
        }
        Node node = compiler.CompileNested(expression);
        // Without a scope, as for an explanation, what has to be evaluated is not known. Whether the value fits is not
        // known before it is evaluated either, so that nothing may rely on it.
        return new ConstraintPart(
            scope => scope is null ? null : make(node.Evaluate(scope)),
            IsExact: false,
            IsTwoValued: false,
            IsDynamic: true);
    }
}
