using EventStore.Groq.Planning;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Turns a syntax tree into nodes, and says what is not valid in it. Parameters are constants by then: what a square
/// bracket means can depend on them.
/// </summary>
internal sealed partial class Compiler
{
    private readonly IReadOnlyDictionary<string, Value> parameters;
    private readonly Dictionary<string, CustomFunction> functions = new(StringComparer.Ordinal);
    private readonly Dictionary<Expression, SourcePlan> plans = new(ReferenceEqualityComparer.Instance);
    private CustomFunction? current;
    private int nesting;
    private int depth;
    private bool inCached;

    public Compiler(SyntaxTree tree, IReadOnlyDictionary<string, Value> parameters, bool delta)
    {
        this.parameters = parameters;
        IsDelta = delta;
        foreach (FunctionDeclaration declaration in tree.Functions)
        {
            if (!functions.TryAdd(declaration.FullName, new CustomFunction(declaration)))
            {
                throw new GroqParseException(
                    $"function {declaration.FullName}() is defined twice", declaration.Start, declaration.End);
            }
        }
    }

    /// <summary>Whether the query is about a change, with a document before and after it.</summary>
    public bool IsDelta { get; }

    /// <summary>Whether references are followed somewhere.</summary>
    public bool FollowsReferences { get; private set; }

    /// <summary>How many results an evaluation may have to remember.</summary>
    public int Slots { get; private set; }

    public Node CompileQuery(SyntaxTree tree)
    {
        foreach (CustomFunction function in functions.Values)
        {
            CompileBody(function);
        }
        return Compile(tree.Root);
    }

    /// <summary>What the places that read the dataset ask of it, in the order they stand in the query.</summary>
    public IEnumerable<GroqSource> Sources => plans.Values.Select(plan => plan.Explained);

    public int NewSlot() => Slots++;

    public Node[] CompileAll(Expression[] expressions) => Array.ConvertAll(expressions, Compile);

    /// <summary>Compiles an expression that is evaluated in a scope nested in this one.</summary>
    public Node CompileNested(Expression expression)
    {
        nesting++;
        Node node = Compile(expression);
        nesting--;
        return node;
    }

    public Node Compile(Expression expression)
    {
        if (++depth > GroqLimits.MaxQueryDepth)
        {
            throw new GroqParseException(
                $"the query is nested more than {GroqLimits.MaxQueryDepth} levels deep",
                expression.Start,
                expression.End);
        }
        if (current is not null)
        {
            current.Depth = Math.Max(current.Depth, depth);
        }
        if (expression is TraversalExpression or PipeExpression or EverythingExpression)
        {
            PlanSource(expression);
        }
        Node node;
        if (TryConstant(expression, out Value constant))
        {
            node = new ConstantNode(constant);
        }
        else if (!inCached && (nesting > 0 || current is not null) && ScopeAnalysis.IsSubquery(expression, current))
        {
            inCached = true;
            node = new CachedNode(CompileCore(expression), NewSlot());
            inCached = false;
        }
        else
        {
            node = CompileCore(expression);
        }
        depth--;
        return node;
    }

    private void PlanSource(Expression expression)
    {
        if (SourcePlanner.Origin(expression) is { } origin && !plans.ContainsKey(origin))
        {
            // Noted first: values in its own constraints may be subqueries, never itself.
            plans[origin] = SourcePlan.Everything;
            plans[origin] = SourcePlanner.Plan(expression, this);
        }
    }

    private Node CompileCore(Expression expression)
    {
        switch (expression)
        {
            case ThisExpression:
                return new ThisNode();
            case AttributeExpression attribute:
                return new AttributeNode(System.Text.Encoding.UTF8.GetBytes(attribute.Name));
            case EverythingExpression:
                return new EverythingNode(plans[expression]);
            case ParentExpression parent:
                return CompileParent(parent);
            case ParameterExpression parameter:
                return CompileParameter(parameter);
            case ArrayExpression array:
                return new ArrayNode(
                    Array.ConvertAll(array.Elements, element => Compile(element.Expression)),
                    Array.ConvertAll(array.Elements, element => element.IsSplat));
            case ObjectExpression fields:
                return CompileObject(fields);
            case GroupExpression group:
                return group.IsTuple
                    ? throw new GroqParseException("a tuple is only allowed in a selector", group.Start, group.End)
                    : Compile(group.Members[0]);
            case TraversalExpression traversal:
                return CompileTraversal(traversal);
            case PipeExpression pipe:
                return CompilePipe(pipe);
            case CallExpression call:
                return CompileCall(call);
            case LogicalExpression logical:
                return logical.IsAnd
                    ? new AndNode(CompileAll(logical.Operands))
                    : new OrNode(CompileAll(logical.Operands));
            case UnaryExpression unary:
                Node operand = Compile(unary.Operand);
                return unary.Operator == UnaryOperator.Not
                    ? new NotNode(operand)
                    : new SignNode(operand, negate: unary.Operator == UnaryOperator.Minus);
            case BinaryExpression binary:
                return CompileBinary(binary);
            default:
                throw Misplaced(expression);
        }
    }

    private static GroqParseException Misplaced(Expression expression) => expression switch
    {
        RangeExpression => new GroqParseException(
            "a range is only allowed behind 'in' and in a slice", expression.Start, expression.End),
        PairExpression => new GroqParseException(
            "'=>' is only allowed in select() and in a projection", expression.Start, expression.End),
        _ => new GroqParseException("'asc' and 'desc' are only allowed in order()", expression.Start, expression.End),
    };

    private ParentNode CompileParent(ParentExpression parent)
    {
        if (current is not null && parent.Level >= nesting)
        {
            throw new GroqParseException(
                "a function's body must not refer to a scope outside of it", parent.Start, parent.End);
        }
        return new ParentNode(parent.Level);
    }

    private Node CompileParameter(ParameterExpression parameter)
    {
        if (current?.IndexOf(parameter.Name) is int index and >= 0)
        {
            return new ArgumentNode(index);
        }
        throw new GroqParseException(
            $"param ${parameter.Name} referenced, but not provided", parameter.Start, parameter.End);
    }

    private Node CompileBinary(BinaryExpression binary)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.In:
                return CompileIn(binary);
            case BinaryOperator.Match:
                return new MatchNode(Compile(binary.Left), Compile(binary.Right));
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                return CompileEquality(binary);
            case BinaryOperator.Less or BinaryOperator.LessOrEqual
                or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual:
                return new ComparisonNode(binary.Operator, Compile(binary.Left), Compile(binary.Right));
            default:
                return new ArithmeticNode(binary.Operator, Compile(binary.Left), Compile(binary.Right));
        }
    }

    private Node CompileEquality(BinaryExpression binary)
    {
        Node left = Compile(binary.Left);
        Node right = Compile(binary.Right);
        bool negated = binary.Operator == BinaryOperator.NotEqual;
        if (left is ConstantNode { Value.IsString: true })
        {
            (left, right) = (right, left);
        }
        return right is ConstantNode { Value.IsString: true } constant
            ? new StringEqualityNode(left, constant.Value.ToUtf8().ToArray(), negated)
            : new EqualityNode(left, right, negated);
    }

    private Node CompileIn(BinaryExpression binary)
    {
        Node left = Compile(binary.Left);
        Expression container = binary.Right;
        while (container is GroupExpression { IsTuple: false } group)
        {
            container = group.Members[0];
        }
        if (container is RangeExpression range)
        {
            return new InRangeNode(left, Compile(range.From), Compile(range.To), range.IsExclusive);
        }
        bool fixedContainer = !ScopeAnalysis.DependsOnScope(container, current);
        Node right = Compile(container);
        return fixedContainer ? new InConstantNode(left, right, NewSlot()) : new InNode(left, right);
    }

    private Node CompileObject(ObjectExpression fields)
    {
        if (Array.TrueForAll(fields.Entries, entry => entry is NamedEntry))
        {
            // Of entries with one name the last counts, in the place of the first.
            var named = new Dictionary<string, Node>(StringComparer.Ordinal);
            foreach (ObjectEntry entry in fields.Entries)
            {
                named[((NamedEntry)entry).Name] = Compile(((NamedEntry)entry).Value);
            }
            return new RecordNode([.. named.Keys], [.. named.Values]);
        }
        return new ObjectNode(Array.ConvertAll(fields.Entries, entry => entry switch
        {
            NamedEntry named => new ObjectPart(Value.Of(named.Name), null, Compile(named.Value)),
            ConditionalEntry conditional =>
                new ObjectPart(null, Compile(conditional.Condition), Compile(conditional.Value)),
            SplatEntry { Value: { } value } => new ObjectPart(null, null, Compile(value)),
            _ => new ObjectPart(null, null, new ThisNode()),
        }));
    }
}
