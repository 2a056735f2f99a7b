using EventStore.Groq.Evaluation;
using EventStore.Groq.Syntax;

namespace EventStore.Groq.Functions;

/// <summary>A function of the language: how many arguments it takes and what a call of it becomes.</summary>
internal sealed record BuiltIn(int MinArguments, int MaxArguments, Func<Compiler, CallExpression, Node> Compile)
{
    public const int AnyNumber = int.MaxValue;

    public static BuiltIn Of(Func<Values.Value, EvaluationState, Values.Value> function) =>
        new(1, 1, (compiler, call) => new UnaryCallNode(function, compiler.Compile(call.Arguments[0])));

    public static BuiltIn Of(Func<Values.Value, Values.Value, EvaluationState, Values.Value> function) =>
        new(2, 2, (compiler, call) => new BinaryCallNode(
            function, compiler.Compile(call.Arguments[0]), compiler.Compile(call.Arguments[1])));

    public static BuiltIn Of(Func<Scope, Values.Value> function) => new(0, 0, (_, _) => new ScopeCallNode(function));

    public void CheckArity(CallExpression call)
    {
        int count = call.Arguments.Length;
        if (count >= MinArguments && count <= MaxArguments)
        {
            return;
        }
        string expected = MaxArguments == AnyNumber ? $"at least {MinArguments}"
            : MinArguments == MaxArguments ? $"{MinArguments}"
            : $"{MinArguments} to {MaxArguments}";
        throw new GroqParseException(
            $"{call.FullName}() takes {expected} argument(s), not {count}", call.Start, call.End);
    }
}
