using System.Text;

namespace EventStore.Groq.Tests;

/// <summary>Work, memory and results are bounded, and the errors say which bound was met.</summary>
public sealed class LimitTests
{
    private static readonly byte[][] Documents =
        [.. Enumerable.Range(0, 300).Select(i => Encoding.UTF8.GetBytes($$"""{"_id":"d{{i:000}}","t":["a","b"],"n":{{i}}}"""))];

    [Theory]
    [InlineData("*{\"a\": *[n != ^.n]{\"b\": count(*[n != ^.n])}}", GroqEvaluationError.TooMuchWork)]
    [InlineData("* | order(n) {\"x\": t + t}[n == 1]", null)]
    [InlineData("count((*[]{\"a\": [...(*.t[]), ...(*.t[])]} | order(_id)))", GroqEvaluationError.TooMuchMemory)]
    [InlineData("*{\"a\": *[n != ^.n]}", GroqEvaluationError.ResultTooLarge)]
    [InlineData("fn a::b($x) = [...$x, ...$x]; fn a::c($x) = a::b(a::b(a::b(a::b($x)))); count(a::c(a::c(a::c(a::c([1,2,3])))))",
        GroqEvaluationError.TooMuchMemory)]
    public void A_query_is_given_up_at_a_bound(string text, GroqEvaluationError? expected)
    {
        var limits = new GroqLimits { MaxSteps = 2_000_000, MaxMemoryBytes = 1 << 20, MaxResultBytes = 1 << 20 };
        GroqQuery query = GroqQuery.Parse(text);
        if (expected is null)
        {
            Evaluation.Run(query, Documents, limits).ShouldBe("[]");
            return;
        }

        Should.Throw<GroqEvaluationException>(() => Evaluation.Run(query, Documents, limits)).Error.ShouldBe(expected.Value);
    }

    [Fact]
    public void A_stream_of_any_length_needs_no_memory()
    {
        var limits = new GroqLimits { MaxMemoryBytes = 20_000 };
        byte[][] many = [.. Enumerable.Range(0, 50).SelectMany(_ => Documents)];
        Evaluation.Run(GroqQuery.Parse("count(*[n > 10]{n, \"x\": {\"y\": t}}[x.y[0] == \"a\"])"), many, limits).ShouldBe("14450");
        Evaluation.Run(GroqQuery.Parse("*|order(n desc)[0..2].n"), many, limits).ShouldBe("[299,299,299]");
    }

    [Fact]
    public void Evaluation_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        GroqContext context = Evaluation.Context(Documents) with { CancellationToken = source.Token };
        Should.Throw<OperationCanceledException>(() => GroqQuery.Parse("count(*[count(*) > 1])+count(*{\"a\":*[n<^.n]})")
            .Evaluate(context, new System.Buffers.ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void A_condition_can_be_asked_of_one_document()
    {
        GroqQuery condition = GroqQuery.Parse("_type == \"post\" && !(_id in path(\"drafts.**\"))");
        GroqContext context = Evaluation.Context([]);
        condition.IsTrueOf(new GroqDocument("""{"_id":"a","_type":"post"}"""u8.ToArray()), context).ShouldBeTrue();
        condition.IsTrueOf(new GroqDocument("""{"_id":"drafts.a","_type":"post"}"""u8.ToArray()), context).ShouldBeFalse();
    }

    [Fact]
    public void Changes_are_asked_about_in_delta_mode_only()
    {
        Should.Throw<GroqParseException>(() => GroqQuery.Parse("delta::operation()"));
        GroqContext context = Evaluation.Context([]) with
        {
            Before = new GroqDocument("""{"_id":"a","title":"x","n":1}"""u8.ToArray()),
            After = new GroqDocument("""{"_id":"a","title":"y","n":1}"""u8.ToArray()),
        };
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        GroqQuery.Parse(
            "[delta::operation(), delta::changedAny(title), delta::changedAny(n), delta::changedOnly((title, n)), before().title]",
            delta: true).Evaluate(context, output);
        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""["update",true,false,true,"x"]""");
    }
}
