using System.Diagnostics;
using System.Text;
using EventStore.Testing;

namespace EventStore.Groq.Tests;

/// <summary>Whatever text comes in: a query or a typed error with a place in the text, soon, on a small stack.</summary>
public sealed class ParserFuzzTests
{
    /// <summary>What a thread of a server has at the least.</summary>
    private const int StackBytes = 1 << 20;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Parameters = new()
    {
        ["p"] = "42"u8.ToArray(),
        ["name"] = "\"x\""u8.ToArray(),
        ["ids"] = """["a","b"]"""u8.ToArray(),
    };

    private static readonly string[] Pieces =
    [
        "*", "**", "[", "]", "{", "}", "(", ")", "@", "^", "^.^", "$p", "$name", "$missing", ".", "..", "...", ",", ":",
        "::", "|", "||", "&&", "&", "=", "==", "!=", "=>", "<", "<=", ">", ">=", "!", "+", "-", "->", "/", "//", "%",
        "\"", "'", "\"a\"", "'b'", "\"\\u00e5\"", "\"\\u{1F600}\"", "\"\\uD83D", "\\", "0", "1", "-1", "1.5", "1e3",
        "1e", "9999999999", "a", "_id", "_type", "name", "true", "false", "null", "in", "match", "asc", "desc", "order",
        "score(", "order(", "count(", "select(", "coalesce(", "references(", "path(", "boost(", "round(", "fn ns::f($a) = $a;",
        "ns::f(", "string::split(", "diff::changedAny({},{},", "anywhere(", " ", "\n", "\t", "é", "😀", "\ud800", "\0", ";", "`",
    ];

    [Fact]
    public void Any_text_is_parsed_or_refused() => Fuzz(50_000, seed: 7);

    [LongFact]
    public void A_million_texts_are_parsed_or_refused() => Fuzz(1_000_000, seed: 11);

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{\"a\":", "1", "}")]
    [InlineData("!", "true", "")]
    [InlineData("-", "1", "")]
    [InlineData("- ", "1", "")]
    [InlineData("+", "1", "")]
    [InlineData("1+", "1", "")]
    [InlineData("1-", "1", "")]
    [InlineData("1*", "1", "")]
    [InlineData("2**", "1", "")]
    [InlineData("a.", "a", "")]
    [InlineData("a->", "a", "")]
    [InlineData("", "a", "[0]")]
    [InlineData("", "a", "[]")]
    [InlineData("", "a", "[b]")]
    [InlineData("", "*", "[b]")]
    [InlineData("", "*", "{a}")]
    [InlineData("", "*", "|order(a)")]
    [InlineData("count(", "*", ")")]
    [InlineData("*[", "a", "]")]
    [InlineData("*{\"a\":", "1", "}")]
    [InlineData("select(a=>", "1", ")")]
    [InlineData("a in ", "b", "")]
    [InlineData("a==(b&&", "c", ")")]
    [InlineData("fn a::b() = ", "1", ";")]
    public void Ten_thousand_levels_are_refused(string before, string inside, string after)
    {
        var text = new StringBuilder().Insert(0, before, 10_000).Append(inside);
        for (int i = 0; i < 10_000; i++)
        {
            text.Append(after);
        }

        OnSmallStack(() => Should.Throw<GroqParseException>(() => GroqQuery.Parse(text.ToString())));
    }

    /// <summary>The deepest that is allowed is evaluated too.</summary>
    [Theory]
    [InlineData("(", "1", ")", 120)]
    [InlineData("[", "1", "]", 120)]
    [InlineData("{\"a\":", "1", "}", 120)]
    [InlineData("!", "true", "", 120)]
    [InlineData("1+", "1", "", 250)]
    [InlineData("a.", "a", "", 250)]
    [InlineData("count(", "*", ")", 120)]
    [InlineData("", "*", "[true]", 250)]
    [InlineData("", "*", "{\"a\":1}", 250)]
    [InlineData("", "*", "{\"a\":@}", 250)]
    [InlineData("", "*", "|order(a)", 250)]
    [InlineData("*{\"a\":", "1", "}", 60)]
    [InlineData("*[count(", "*", ")>0]", 50)]
    public void Deep_queries_are_evaluated_on_a_small_stack(string before, string inside, string after, int levels)
    {
        var text = new StringBuilder().Insert(0, before, levels).Append(inside);
        for (int i = 0; i < levels; i++)
        {
            text.Append(after);
        }

        OnSmallStack(() => Evaluation.Run(text.ToString(), """{"_id":"a"}"""));
    }

    [Fact]
    public void Long_chains_of_and_and_or_are_fine()
    {
        string text = "*[" + string.Join(" || ", Enumerable.Range(0, 20_000).Select(i => $"_id == \"{i}\"")) + "]._id";
        Evaluation.Run(text, """{"_id":"19999"}""", """{"_id":"x"}""").ShouldBe("""["19999"]""");
    }

    private static void Fuzz(int count, int seed)
    {
        string[] corpus = [.. Vectors.All.Select(vector => vector.Query).Where(query => query.Length < 400).Distinct()];
        byte[][] documents = [[.. """{"_id":"a","_type":"t","name":"x","n":[1,{"_ref":"a"}]}"""u8]];
        var limits = GroqLimits.Default with { MaxSteps = 100_000, MaxMemoryBytes = 1 << 20, MaxResultBytes = 1 << 20 };
        OnSmallStack(() =>
        {
            var random = new Random(seed);
            var slowest = (Milliseconds: 0.0, Text: "");
            int valid = 0;
            for (int i = 0; i < count; i++)
            {
                string text = random.Next(3) == 0 ? Generate(random) : Mutate(random, corpus);
                valid += Check(text, documents, limits, out double took) ? 1 : 0;

                // A pause of the runtime or of the machine does not come back; a slow text is slow again.
                for (int again = 0; again < 3 && took > slowest.Milliseconds; again++)
                {
                    Check(text, documents, limits, out double repeated);
                    took = Math.Min(took, repeated);
                }

                slowest = took > slowest.Milliseconds ? (took, text) : slowest;
            }

            // Texts that are all refused would test little.
            valid.ShouldBeGreaterThan(count / 20, $"seed {seed}");

            slowest.Milliseconds.ShouldBeLessThan(50, slowest.Text);
            if (LongFactAttribute.IsEnabled)
            {
                Console.WriteLine($"fuzz: {count} texts, {valid} valid, slowest {slowest.Milliseconds:F1} ms: {slowest.Text}");
            }
        });
    }

    private static bool Check(string text, byte[][] documents, GroqLimits limits, out double milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        bool valid = Check(text, documents, limits);
        milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return valid;
    }

    private static bool Check(string text, byte[][] documents, GroqLimits limits)
    {
        try
        {
            GroqQuery query = GroqQuery.Parse(text, Parameters);
            _ = string.Join(" ", query.Sources);
            string result = Evaluation.Run(query, documents, limits);
            System.Text.Json.JsonDocument.Parse(result, new() { MaxDepth = 2000 }).Dispose();
            return true;
        }
        catch (GroqParseException exception)
        {
            bool placed = exception.Start >= 0 && exception.Start <= exception.End && exception.End <= text.Length;
            placed.ShouldBeTrue($"{exception.Start}..{exception.End} of: {text}");
            return false;
        }
        catch (GroqEvaluationException)
        {
            return true;
        }
    }

    private static string Generate(Random random)
    {
        var text = new StringBuilder();
        int length = random.Next(1, 30);
        for (int i = 0; i < length; i++)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
            text.Append(random.Next(4) == 0 ? " " : "");
        }

        return text.ToString();
    }

    private static string Mutate(Random random, string[] corpus)
    {
        string text = corpus[random.Next(corpus.Length)];
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(text.Length + 1);
            int length = random.Next(Math.Min(8, text.Length - at + 1));
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text[..at] + corpus[random.Next(corpus.Length)],
            };
        }

        return text;
    }

    private static void OnSmallStack(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            StackBytes);
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }
    }
}
