namespace EventStore.Groq.Syntax;

// Arrays and objects.
internal sealed partial class Parser
{
    private ArrayExpression ReadArray(int start)
    {
        lexer.Skip(1);
        var elements = new List<ArrayElement>();
        while (!lexer.TryTake("]"))
        {
            if (elements.Count > 0)
            {
                lexer.Expect(",");
                if (lexer.TryTake("]"))
                {
                    break;
                }
            }
            bool splat = lexer.TryTake("...");
            elements.Add(new ArrayElement(ReadExpression(), splat));
        }
        return Sized(new ArrayExpression([.. elements], start, lexer.End));
    }

    private ObjectExpression ReadObject()
    {
        int start = lexer.Position;
        lexer.Skip(1);
        var entries = new List<ObjectEntry>();
        while (!lexer.TryTake("}"))
        {
            if (entries.Count > 0)
            {
                lexer.Expect(",");
                if (lexer.TryTake("}"))
                {
                    break;
                }
            }
            entries.Add(ReadEntry());
        }
        return Sized(new ObjectExpression([.. entries], start, lexer.End));
    }

    private ObjectEntry ReadEntry()
    {
        if (lexer.TryTake("..."))
        {
            return lexer.Peek() is ',' or '}' ? new SplatEntry(null) : new SplatEntry(ReadExpression());
        }
        Expression key = ReadExpression();
        if (lexer.TryTake(":"))
        {
            return Unwrap(key) is LiteralExpression { Value.IsString: true } name
                ? new NamedEntry(name.Value.ToString(), ReadExpression())
                : throw new GroqParseException("an attribute's name must be a string", key.Start, key.End);
        }
        if (key is PairExpression pair)
        {
            return new ConditionalEntry(pair.Condition, pair.Value);
        }
        return new NamedEntry(NameOf(key), key);
    }

    private static Expression Unwrap(Expression expression)
    {
        while (expression is GroupExpression { IsTuple: false } group)
        {
            expression = group.Members[0];
        }
        return expression;
    }

    /// <summary>The name that an expression without one gets (spec, DetermineName).</summary>
    private static string NameOf(Expression expression)
    {
        Expression at = expression;
        while (true)
        {
            switch (at)
            {
                case AttributeExpression attribute:
                    return attribute.Name;
                case GroupExpression { IsTuple: false } group:
                    at = group.Members[0];
                    continue;
                case PipeExpression pipe:
                    at = pipe.Base;
                    continue;
                case TraversalExpression traversal when !Array.Exists(
                    traversal.Chain, step => step is AttributeTraversal or SelectorTraversal):
                    at = traversal.Base;
                    continue;
                default:
                    throw new GroqParseException(
                        "an attribute needs a name here: write \"name\": before it", expression.Start, expression.End);
            }
        }
    }
}
