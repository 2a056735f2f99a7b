using System.Globalization;
using EventStore.Groq.Values;

namespace EventStore.Groq.Syntax;

/// <summary>
/// Recursive descent, one method a level of precedence. Chains of operators and traversals are read in loops, so only
/// nesting costs stack, and nesting is bounded.
/// </summary>
internal sealed partial class Parser
{
    private readonly Lexer lexer;
    private int depth;

    private Parser(string query) => lexer = new Lexer(query);

    public static SyntaxTree Parse(string query)
    {
        if (query.Length > GroqLimits.MaxQueryLength)
        {
            throw new GroqParseException(
                $"the query is longer than {GroqLimits.MaxQueryLength} characters", 0, query.Length);
        }
        var parser = new Parser(query);
        var functions = new List<FunctionDeclaration>();
        while (parser.TryReadFunction(out FunctionDeclaration? function))
        {
            functions.Add(function!);
        }
        Expression root = parser.ReadExpression();
        return parser.lexer.AtEnd()
            ? new SyntaxTree([.. functions], root)
            : throw parser.lexer.Unexpected("expected an operator or the end of the query");
    }

    private bool TryReadFunction(out FunctionDeclaration? function)
    {
        function = null;
        lexer.Peek();
        int start = lexer.Position;
        if (!lexer.TryTakeWord("fn") || !lexer.IsIdentifierNext())
        {
            lexer.Return(start);
            return false;
        }
        string space = lexer.ReadIdentifier();
        if (!lexer.TryTake("::"))
        {
            lexer.Return(start);
            return false;
        }
        string name = lexer.ReadIdentifier();
        lexer.Expect("(");
        var parameters = new List<string>();
        while (!lexer.TryTake(")"))
        {
            if (parameters.Count > 0)
            {
                lexer.Expect(",");
            }
            lexer.Expect("$");
            parameters.Add(lexer.ReadIdentifier());
        }
        lexer.Expect("=");
        Expression body = ReadExpression();
        lexer.Expect(";");
        function = new FunctionDeclaration(space, name, [.. parameters], body, start, lexer.End);
        return true;
    }

    /// <summary>Level 1: <c>=></c>.</summary>
    private Expression ReadExpression()
    {
        Enter();
        Expression left = ReadLogical(isAnd: false);
        if (lexer.TryTake("=>"))
        {
            Expression right = ReadLogical(isAnd: false);
            left = Sized(new PairExpression(left, right, left.Start, right.End));
        }
        depth--;
        return left;
    }

    /// <summary>Levels 2 and 3: <c>||</c> and <c>&amp;&amp;</c>.</summary>
    private Expression ReadLogical(bool isAnd)
    {
        Expression first = isAnd ? ReadComparison() : ReadLogical(isAnd: true);
        string symbol = isAnd ? "&&" : "||";
        if (!lexer.TryTake(symbol))
        {
            return first;
        }
        var operands = new List<Expression> { first };
        do
        {
            operands.Add(isAnd ? ReadComparison() : ReadLogical(isAnd: true));
        }
        while (lexer.TryTake(symbol));
        return Sized(new LogicalExpression(isAnd, [.. operands], first.Start, lexer.End));
    }

    /// <summary>Level 4: comparisons, which do not chain, and the postfix <c>asc</c> and <c>desc</c>.</summary>
    private Expression ReadComparison()
    {
        Expression left = ReadRange();
        if (TryTakeComparison(out BinaryOperator operation))
        {
            Expression right = ReadRange();
            left = Sized(new BinaryExpression(operation, left, right, left.Start, right.End));
            int behind = lexer.Position;
            if (TryTakeComparison(out _))
            {
                throw new GroqParseException("comparisons cannot be chained", behind, lexer.End);
            }
        }
        if (lexer.TryTakeWord("asc"))
        {
            return Sized(new DirectionExpression(left, IsDescending: false, left.Start, lexer.End));
        }
        return lexer.TryTakeWord("desc")
            ? Sized(new DirectionExpression(left, IsDescending: true, left.Start, lexer.End))
            : left;
    }

    private bool TryTakeComparison(out BinaryOperator operation)
    {
        char next = lexer.Peek();
        char second = lexer.PeekSecond();
        (operation, int length) = (next, second) switch
        {
            ('=', '=') => (BinaryOperator.Equal, 2),
            ('!', '=') => (BinaryOperator.NotEqual, 2),
            ('<', '=') => (BinaryOperator.LessOrEqual, 2),
            ('>', '=') => (BinaryOperator.GreaterOrEqual, 2),
            ('<', _) => (BinaryOperator.Less, 1),
            ('>', _) => (BinaryOperator.Greater, 1),
            _ => (default, 0),
        };
        if (length > 0)
        {
            lexer.Skip(length);
            return true;
        }
        if (next == 'i' && lexer.TryTakeWord("in"))
        {
            operation = BinaryOperator.In;
            return true;
        }
        operation = BinaryOperator.Match;
        return next == 'm' && lexer.TryTakeWord("match");
    }

    /// <summary>Level 5: ranges, which do not chain.</summary>
    private Expression ReadRange()
    {
        Expression from = ReadAdditive();
        if (lexer.Peek() != '.' || lexer.PeekSecond() != '.')
        {
            return from;
        }
        bool exclusive = lexer.TryTake("...");
        if (!exclusive)
        {
            lexer.Expect("..");
        }
        Expression to = ReadAdditive();
        return Sized(new RangeExpression(from, to, exclusive, from.Start, to.End));
    }

    /// <summary>Level 6.</summary>
    private Expression ReadAdditive()
    {
        Expression left = ReadMultiplicative();
        while (true)
        {
            char next = lexer.Peek();
            if (next is not ('+' or '-'))
            {
                return left;
            }
            lexer.Skip(1);
            Expression right = ReadMultiplicative();
            BinaryOperator operation = next == '+' ? BinaryOperator.Add : BinaryOperator.Subtract;
            left = Sized(new BinaryExpression(operation, left, right, left.Start, right.End));
        }
    }

    /// <summary>Level 7.</summary>
    private Expression ReadMultiplicative()
    {
        Expression left = ReadNegation();
        while (true)
        {
            BinaryOperator operation;
            switch (lexer.Peek())
            {
                case '*' when lexer.PeekSecond() != '*':
                    operation = BinaryOperator.Multiply;
                    break;
                case '/':
                    operation = BinaryOperator.Divide;
                    break;
                case '%':
                    operation = BinaryOperator.Remainder;
                    break;
                default:
                    return left;
            }
            lexer.Skip(1);
            Expression right = ReadNegation();
            left = Sized(new BinaryExpression(operation, left, right, left.Start, right.End));
        }
    }

    /// <summary>Level 8: the prefix <c>-</c>, which is weaker than <c>**</c>.</summary>
    private Expression ReadNegation()
    {
        char next = lexer.Peek();
        if (next != '-')
        {
            return ReadPower();
        }
        return ReadPrefix(UnaryOperator.Minus, ReadNegation);
    }

    /// <summary>Level 9: <c>**</c>, right-associative; its right side may be negated.</summary>
    private Expression ReadPower()
    {
        Expression left = ReadPrefixed();
        if (lexer.Peek() != '*' || lexer.PeekSecond() != '*')
        {
            return left;
        }
        lexer.Skip(2);
        Enter();
        Expression right = ReadNegation();
        depth--;
        return Sized(new BinaryExpression(BinaryOperator.Power, left, right, left.Start, right.End));
    }

    /// <summary>Level 10: the prefixes <c>!</c> and <c>+</c>.</summary>
    private Expression ReadPrefixed() => lexer.Peek() switch
    {
        '!' => ReadPrefix(UnaryOperator.Not, ReadPrefixedOrNegated),
        '+' => ReadPrefix(UnaryOperator.Plus, ReadPrefixedOrNegated),
        _ => ReadTraversals(),
    };

    private Expression ReadPrefixedOrNegated() => lexer.Peek() == '-' ? ReadNegation() : ReadPrefixed();

    private UnaryExpression ReadPrefix(UnaryOperator operation, Func<Expression> readOperand)
    {
        int start = lexer.Position;
        lexer.Skip(1);
        Enter();
        Expression operand = readOperand();
        depth--;
        return Sized(new UnaryExpression(operation, operand, start, operand.End));
    }

    /// <summary>Notes how high a node is, and refuses one that would cost too much stack to walk.</summary>
    private static T Sized<T>(T node)
        where T : Expression
    {
        int height = 0;
        foreach ((Expression child, _) in SyntaxChildren.Of(node))
        {
            height = Math.Max(height, child.Height);
        }
        node.Height = height + (node is TraversalExpression traversal ? traversal.Chain.Length : 1);
        return node.Height <= GroqLimits.MaxQueryDepth
            ? node
            : throw new GroqParseException(
                $"the query is nested more than {GroqLimits.MaxQueryDepth} levels deep", node.Start, node.End);
    }

    private void Enter()
    {
        if (++depth > GroqLimits.MaxNesting)
        {
            throw new GroqParseException(
                $"the query is nested more than {GroqLimits.MaxNesting} levels deep",
                lexer.Position,
                lexer.Text.Length);
        }
    }

    private LiteralExpression ReadNumber()
    {
        int start = lexer.Position;
        double value = double.Parse(lexer.ReadNumber(), NumberStyles.Float, CultureInfo.InvariantCulture);
        return new LiteralExpression(Value.Of(value), start, lexer.End);
    }
}
