using EventStore.Groq.Evaluation;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The functions without namespace, and the constructors of the extensions.</summary>
internal static class GlobalFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["after"] = new(0, 0, (compiler, call) => DeltaFunctions.Only(
            compiler, call, new ScopeCallNode(scope => DeltaFunctions.After(scope.State)))),
        ["before"] = new(0, 0, (compiler, call) => DeltaFunctions.Only(
            compiler, call, new ScopeCallNode(scope => DeltaFunctions.Before(scope.State)))),
        ["boost"] = new(2, 2, (_, call) => throw new GroqParseException(
            "boost() is only allowed in score()", call.Start, call.End)),
        ["anywhere"] = new(1, 1, (_, call) => throw new GroqParseException(
            "anywhere() is only allowed in a selector", call.Start, call.End)),
        ["coalesce"] = new(0, BuiltIn.AnyNumber, (compiler, call) =>
            new CoalesceNode(compiler.CompileAll(call.Arguments))),
        ["count"] = new(1, 1, (compiler, call) => new CountNode(compiler.Compile(call.Arguments[0]))),
        ["dateTime"] = BuiltIn.Of((value, _) => DateTime(value)),
        ["defined"] = BuiltIn.Of((value, _) => Value.Of(!value.IsNull)),
        ["geo"] = BuiltIn.Of((value, _) => GeoFunctions.Construct(value)),
        ["identity"] = BuiltIn.Of(scope => Value.Of(scope.State.Context.Identity)),
        ["length"] = BuiltIn.Of(Length),
        ["lower"] = BuiltIn.Of(StringFunctions.Lower),
        ["now"] = BuiltIn.Of(scope => Value.Utf8(DateTimeFormat.WriteMilliseconds(scope.State.Context.Now.UtcTicks))),
        ["path"] = BuiltIn.Of((value, _) => Path(value)),
        ["pt"] = BuiltIn.Of((value, _) => PortableTextFunctions.Construct(value)),
        ["references"] = new(1, BuiltIn.AnyNumber, (compiler, call) =>
            new ManyCallNode(References.Evaluate, compiler.CompileAll(call.Arguments))),
        ["round"] = new(1, 2, (compiler, call) => call.Arguments.Length == 1
            ? new UnaryCallNode((value, _) => Round(value, Value.Of(0.0)), compiler.Compile(call.Arguments[0]))
            : new BinaryCallNode(
                (value, digits, _) => Round(value, digits),
                compiler.Compile(call.Arguments[0]),
                compiler.Compile(call.Arguments[1]))),
        ["score"] = new(0, BuiltIn.AnyNumber, (_, call) => throw new GroqParseException(
            "score() is a pipe function", call.Start, call.End)),
        ["select"] = new(0, BuiltIn.AnyNumber, CompileSelect),
        ["string"] = BuiltIn.Of(String),
        ["upper"] = BuiltIn.Of(StringFunctions.Upper),
    };

    public static Value String(Value value, EvaluationState state)
    {
        switch (value.Type)
        {
            case DataType.String:
                return value;
            case DataType.Boolean:
                return Value.Utf8(value.IsTrue ? "true"u8.ToArray() : "false"u8.ToArray());
            case DataType.Number:
                Span<byte> spelling = stackalloc byte[NumberFormat.MaxLength];
                return Value.Utf8(spelling[..NumberFormat.Write(value.ToDouble(), spelling)].ToArray());
            case DataType.DateTime:
                return Value.Utf8(DateTimeFormat.Write(value.Ticks));
            default:
                return Value.Null;
        }
    }

    /// <summary>What <c>path</c> or <c>dateTime</c> makes of a constant.</summary>
    public static Value Constant(string function, in Value argument) =>
        function == "path" ? Path(argument) : DateTime(argument);

    private static Value Path(in Value value) =>
        value.IsString ? Value.Of(new PathPattern(value.ToString())) : Value.Null;

    private static Value DateTime(in Value value) =>
        value.Kind == ValueKind.DateTime ? value
        : value.IsString && DateTimeFormat.TryParse(value.ToUtf8(), out long ticks) ? Value.DateTime(ticks)
        : Value.Null;

    /// <summary>Code points of a string, elements of an array.</summary>
    private static Value Length(Value value, EvaluationState state)
    {
        if (value.IsArray)
        {
            return Value.Of((double)ItemEnumerator.Count(value));
        }
        if (!value.IsString)
        {
            return Value.Null;
        }
        int length = 0;
        foreach (byte unit in value.ToUtf8())
        {
            length += (unit & 0xC0) != 0x80 ? 1 : 0;
        }
        return Value.Of((double)length);
    }

    /// <summary>Half away from zero.</summary>
    private static Value Round(in Value value, in Value digits)
    {
        if (!value.IsNumber || !digits.IsNumber)
        {
            return Value.Null;
        }
        double places = digits.ToDouble();
        double number = value.ToDouble();
        if (places < 0 || places != Math.Truncate(places))
        {
            return Value.Null;
        }
        if (places == 0)
        {
            return Value.Of(Math.Round(number, MidpointRounding.AwayFromZero));
        }
        // Rounded as it is written in decimal, so that no error of a multiplication comes in.
        return places > 15 || Math.Abs(number) >= 1e21
            ? value
            : Value.Of(double.Parse(
                number.ToString("F" + ((int)places).ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                    System.Globalization.CultureInfo.InvariantCulture),
                System.Globalization.CultureInfo.InvariantCulture));
    }

    private static SelectNode CompileSelect(Compiler compiler, CallExpression call)
    {
        var cases = new (Node? Condition, Node Value)[call.Arguments.Length];
        for (int i = 0; i < cases.Length; i++)
        {
            Expression argument = call.Arguments[i];
            if (i > 0 && cases[i - 1].Condition is null)
            {
                throw new GroqParseException(
                    "nothing may follow select()'s default", argument.Start, argument.End);
            }
            cases[i] = argument is PairExpression pair
                ? (compiler.Compile(pair.Condition), compiler.Compile(pair.Value))
                : (null, compiler.Compile(argument));
        }
        return new SelectNode(cases);
    }

    private sealed class CoalesceNode(Node[] arguments) : Node
    {
        public override Value Evaluate(Scope scope)
        {
            foreach (Node argument in arguments)
            {
                Value value = argument.Evaluate(scope);
                if (!value.IsNull)
                {
                    return value;
                }
            }
            return Value.Null;
        }
    }

    private sealed class SelectNode((Node? Condition, Node Value)[] cases) : Node
    {
        public override Value Evaluate(Scope scope) => Find(scope)?.Evaluate(scope) ?? Value.Null;

        public override void Write(Scope scope, JsonOutput output)
        {
            if (Find(scope) is { } found)
            {
                found.Write(scope, output);
            }
            else
            {
                output.Write(Value.Null);
            }
        }

        private Node? Find(Scope scope)
        {
            foreach ((Node? condition, Node value) in cases)
            {
                if (condition is null || condition.Evaluate(scope).IsTrue)
                {
                    return value;
                }
            }
            return null;
        }
    }

    private sealed class CountNode(Node argument) : Node
    {
        public override Value Evaluate(Scope scope)
        {
            if (argument.Streams)
            {
                var counter = new CountSink();
                return argument.Stream(scope, counter) ? Value.Of((double)counter.Count) : Value.Null;
            }
            Value value = argument.Evaluate(scope);
            return value.IsArray ? Value.Of((double)ItemEnumerator.Count(value)) : Value.Null;
        }
    }

    private sealed class CountSink : Sink
    {
        public long Count { get; private set; }

        public override bool Keeps => false;

        public override bool Add(in Value value)
        {
            Count++;
            return true;
        }
    }
}
