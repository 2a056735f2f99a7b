using EventStore.Groq.Functions;
using EventStore.Groq.Syntax;

namespace EventStore.Groq.Evaluation;

// Functions, pipe functions and scores.
internal sealed partial class Compiler
{
    private Node CompileCall(CallExpression call)
    {
        if (functions.TryGetValue(call.FullName, out CustomFunction? custom))
        {
            return CompileInvocation(call, custom);
        }
        BuiltIn function = FunctionTable.Find(call);
        function.CheckArity(call);
        return function.Compile(this, call);
    }

    private InvocationNode CompileInvocation(CallExpression call, CustomFunction custom)
    {
        int expected = custom.Declaration.Parameters.Length;
        if (call.Arguments.Length != expected)
        {
            throw new GroqParseException(
                $"{call.FullName}() takes {expected} argument(s), not {call.Arguments.Length}", call.Start, call.End);
        }
        CompileBody(custom);
        int total = depth + custom.Depth;
        if (custom.Body is null)
        {
            throw new GroqParseException($"{call.FullName}() must not call itself", call.Start, call.End);
        }
        if (total > GroqLimits.MaxQueryDepth)
        {
            throw new GroqParseException(
                $"functions are nested more than {GroqLimits.MaxQueryDepth} levels deep", call.Start, call.End);
        }
        if (current is not null)
        {
            current.Depth = Math.Max(current.Depth, total);
        }
        return new InvocationNode(custom.Body, CompileAll(call.Arguments));
    }

    private void CompileBody(CustomFunction function)
    {
        if (function.Body is not null || function.IsBeingCompiled)
        {
            return;
        }
        (CustomFunction? outer, int outerNesting, int outerDepth, bool outerCached) =
            (current, nesting, depth, inCached);
        (current, nesting, depth, inCached) = (function, 0, 0, false);
        function.IsBeingCompiled = true;
        function.Body = Compile(function.Declaration.Body);
        function.IsBeingCompiled = false;
        (current, nesting, depth, inCached) = (outer, outerNesting, outerDepth, outerCached);
    }

    private Node CompilePipe(PipeExpression pipe)
    {
        CallExpression call = pipe.Call;
        Node source = Compile(pipe.Base);
        if (call.Namespace is not (null or "global") || call.Name is not ("order" or "score"))
        {
            throw new GroqParseException($"unknown pipe function: {call.FullName}()", call.Start, call.End);
        }
        if (call.Arguments.Length == 0)
        {
            throw new GroqParseException($"{call.FullName}() needs an argument", call.Start, call.End);
        }
        if (call.Name == "score")
        {
            nesting++;
            ScoreTerm[] terms = Array.ConvertAll(call.Arguments, CompileScore);
            nesting--;
            return new ScoreNode(source, terms);
        }
        var keys = new Node[call.Arguments.Length];
        bool[] descending = new bool[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            Expression key = call.Arguments[i];
            if (key is DirectionExpression direction)
            {
                descending[i] = direction.IsDescending;
                key = direction.Operand;
            }
            keys[i] = CompileNested(key);
        }
        return new OrderNode(source, keys, descending, long.MaxValue);
    }

    private ScoreTerm CompileScore(Expression expression)
    {
        switch (expression)
        {
            case GroupExpression { IsTuple: false } group:
                return CompileScore(group.Members[0]);
            case LogicalExpression logical:
                return new LogicalTerm(logical.IsAnd, Array.ConvertAll(logical.Operands, CompileScore));
            case BinaryExpression { Operator: BinaryOperator.Match } match:
                return new MatchTerm(Compile(match.Left), Compile(match.Right));
            case CallExpression { Name: "boost", Namespace: null or "global" } boost:
                FunctionTable.Find(boost).CheckArity(boost);
                return new BoostTerm(CompileScore(boost.Arguments[0]), Compile(boost.Arguments[1]));
            default:
                return new PredicateTerm(Compile(expression));
        }
    }
}
