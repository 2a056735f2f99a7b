using EventStore.Groq.Values;

namespace EventStore.Groq.Syntax;

// Level 11: operands and what follows them without an operator.
internal sealed partial class Parser
{
    private Expression ReadTraversals()
    {
        Expression left = ReadOperand();
        var chain = new List<Traversal>();
        while (true)
        {
            lexer.Peek();
            int start = lexer.Position;
            if (TryReadTraversal(start, chain))
            {
                continue;
            }
            if (lexer.Peek() != '|' || lexer.PeekSecond() == '|')
            {
                return Wrap(left, chain);
            }
            lexer.Skip(1);
            bool projects = lexer.Peek() == '{';
            int callStart = lexer.Position;
            if (projects)
            {
                chain.Add(ReadProjection(callStart));
                continue;
            }
            left = Wrap(left, chain);
            Expression call = ReadName(callStart);
            left = call is CallExpression function
                ? Sized(new PipeExpression(left, function, left.Start, function.End))
                : throw new GroqParseException("expected a function call after '|'", call.Start, call.End);
        }
    }

    private static Expression Wrap(Expression left, List<Traversal> chain)
    {
        if (chain.Count == 0)
        {
            return left;
        }
        var wrapped = Sized(new TraversalExpression(left, [.. chain], left.Start, chain[^1].End));
        chain.Clear();
        return wrapped;
    }

    private bool TryReadTraversal(int start, List<Traversal> chain)
    {
        switch (lexer.Peek())
        {
            case '.' when lexer.PeekSecond() != '.':
                lexer.Skip(1);
                if (lexer.Peek() == '(')
                {
                    GroupExpression group = ReadGroup();
                    chain.Add(new SelectorTraversal(group, start, group.End));
                    return true;
                }
                string name = lexer.ReadIdentifier();
                chain.Add(new AttributeTraversal(name, start, lexer.End));
                return true;
            case '-' when lexer.PeekSecond() == '>':
                lexer.Skip(2);
                chain.Add(new DereferenceTraversal(start, lexer.End));
                if (lexer.IsIdentifierNext() && !IsOperatorWordNext())
                {
                    int nameStart = lexer.Position;
                    chain.Add(new AttributeTraversal(lexer.ReadIdentifier(), nameStart, lexer.End));
                }
                return true;
            case '[':
                chain.Add(ReadBracket(start));
                return true;
            case '{':
                chain.Add(ReadProjection(start));
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Whether the word behind an arrow is an operator: <c>a->asc</c> could be an attribute, but <c>order(a-> asc)</c>
    /// is what people mean when they leave a space.
    /// </summary>
    private bool IsOperatorWordNext()
    {
        int position = lexer.Position;
        if (position == lexer.End)
        {
            return false;
        }
        bool found = lexer.TryTakeWord("asc") || lexer.TryTakeWord("desc") || lexer.TryTakeWord("in")
            || lexer.TryTakeWord("match");
        lexer.Return(position);
        return found;
    }

    private Traversal ReadBracket(int start)
    {
        lexer.Skip(1);
        if (lexer.TryTake("]"))
        {
            return new ArrayTraversal(start, lexer.End);
        }
        Expression inside = ReadExpression();
        lexer.Expect("]");
        return inside is RangeExpression range
            ? new SliceTraversal(range, start, lexer.End)
            : new BracketTraversal(inside, start, lexer.End);
    }

    private ProjectionTraversal ReadProjection(int start)
    {
        ObjectExpression projection = ReadObject();
        return new ProjectionTraversal(projection, start, lexer.End);
    }

    private Expression ReadOperand()
    {
        char next = lexer.Peek();
        int start = lexer.Position;
        switch (next)
        {
            case '"' or '\'':
                return new LiteralExpression(Value.Of(lexer.ReadString()), start, lexer.End);
            case '[':
                return ReadArray(start);
            case '{':
                return ReadObject();
            case '(':
                return ReadGroup();
            case '@':
                lexer.Skip(1);
                return new ThisExpression(start, lexer.End);
            case '*':
                lexer.Skip(1);
                return new EverythingExpression(start, lexer.End);
            case '^':
                return ReadParent(start);
            case '$':
                lexer.Skip(1);
                string name = lexer.ReadIdentifier();
                return new ParameterExpression(name, start, lexer.End);
            case >= '0' and <= '9':
                return ReadNumber();
            default:
                return lexer.IsIdentifierNext() ? ReadName(start) : throw lexer.Unexpected("expected an expression");
        }
    }

    private ParentExpression ReadParent(int start)
    {
        lexer.Skip(1);
        int level = 1;
        while (true)
        {
            int position = lexer.Position;
            if (lexer.TryTake(".") && lexer.Peek() == '^')
            {
                lexer.Skip(1);
                level++;
                continue;
            }
            lexer.Return(position);
            return new ParentExpression(level, start, position);
        }
    }

    /// <summary>An identifier: a constant's name, a call or an attribute.</summary>
    private Expression ReadName(int start)
    {
        string name = lexer.ReadIdentifier();
        int end = lexer.End;
        string? space = null;
        if (lexer.TryTake("::"))
        {
            space = name;
            name = lexer.ReadIdentifier();
        }
        if (lexer.TryTake("("))
        {
            Expression[] arguments = ReadList(")");
            return Sized(new CallExpression(space, name, arguments, start, lexer.End));
        }
        if (space is not null)
        {
            throw lexer.Unexpected("expected '('");
        }
        return name switch
        {
            "null" => new LiteralExpression(Value.Null, start, end),
            "true" => new LiteralExpression(Value.True, start, end),
            "false" => new LiteralExpression(Value.False, start, end),
            _ => new AttributeExpression(name, start, end),
        };
    }

    private GroupExpression ReadGroup()
    {
        int start = lexer.Position;
        lexer.Skip(1);
        Expression[] members = ReadList(")");
        return members.Length > 0
            ? Sized(new GroupExpression(members, start, lexer.End))
            : throw new GroqParseException("parentheses must hold an expression", start, lexer.End);
    }

    /// <summary>Expressions separated by commas up to the closing bracket; a comma may stand before it.</summary>
    private Expression[] ReadList(string close)
    {
        var items = new List<Expression>();
        while (!lexer.TryTake(close))
        {
            if (items.Count > 0)
            {
                lexer.Expect(",");
                if (lexer.TryTake(close))
                {
                    break;
                }
            }
            items.Add(ReadExpression());
        }
        return [.. items];
    }
}
