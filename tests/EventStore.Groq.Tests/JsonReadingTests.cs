using System.Text;
using System.Text.Json;

namespace EventStore.Groq.Tests;

/// <summary>Documents of any shape and spelling, read by attribute and compared with another reader.</summary>
public sealed class JsonReadingTests
{
    [Fact]
    public void Attributes_are_found_whatever_lies_before_them()
    {
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            var text = new StringBuilder("{");
            int count = random.Next(1, 12);
            for (int field = 0; field < count; field++)
            {
                text.Append(field == 0 ? "" : ",").Append(Space(random)).Append('"').Append('f').Append(field).Append('"')
                    .Append(Space(random)).Append(':').Append(Space(random));
                Append(text, random, 5);
                text.Append(Space(random));
            }

            text.Append('}');
            string document = text.ToString();
            JsonElement expected = JsonDocument.Parse(document).RootElement;
            string projection = string.Join(", ", Enumerable.Range(0, count).Reverse().Select(field => $"f{field}"));
            JsonElement actual = JsonDocument.Parse(Evaluation.Run($"*[0]{{{projection}}}", document)).RootElement;
            JsonElement.DeepEquals(expected, actual).ShouldBeTrue($"{i}: {document}\n{actual}");
            string walked = Evaluation.Run(
                "*[0]{\"x\": [...[f0], ...coalesce(f1[], [])], \"d\": diff::changedAny(@, @, anywhere(true))}", document);
            JsonDocument.Parse(walked).RootElement.GetProperty("d").GetBoolean().ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("""{"n":1.50}""", "n", "1.50")]
    [InlineData("""{"n":12345678901234567890}""", "n", "12345678901234567890")]
    [InlineData("""{"n":1e2}""", "[n, n + 0]", "[1e2,100]")]
    [InlineData("""{"n":-0.0}""", "n", "-0.0")]
    [InlineData("""{"n":1}""", "n / 3", "0.3333333333333333")]
    [InlineData("""{"n":1e21}""", "n + 0", "1e+21")]
    [InlineData("""{"n":123456789012345680000}""", "n + 0", "123456789012345680000")]
    [InlineData("""{"n":0.000001}""", "n + 0", "0.000001")]
    [InlineData("""{"n":0.0000001}""", "n + 0", "1e-7")]
    [InlineData("""{"n":1.5e300}""", "n * -1", "-1.5e+300")]
    [InlineData("""{"n":100}""", "string(n)", "\"100\"")]
    public void Numbers_stay_as_written_until_somebody_computes(string document, string expression, string expected) =>
        Evaluation.Run($"*[0]{{\"x\": {expression}}}.x", document).ShouldBe(expected);

    [Theory]
    [InlineData("""{"s":"a\u0041\n\"\\\/é😀"}""")]
    [InlineData("""{"s":"\ud83d\ude00"}""")]
    [InlineData("""{"\u0073":"x"}""")]
    public void Escapes_mean_what_they_stand_for(string document)
    {
        string expected = JsonDocument.Parse(document).RootElement.GetProperty("s").GetString()!;
        JsonDocument.Parse(Evaluation.Run("*[0].s + \"\"", document)).RootElement.GetString().ShouldBe(expected);
        JsonDocument.Parse(Evaluation.Run("*[0].s", document)).RootElement.GetString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"a":[1,2""")]
    [InlineData("""{"a":"x""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("""{a:1}""")]
    [InlineData("""{"a":{"b":[}""")]
    public void A_document_that_is_not_JSON_is_a_typed_error(string document) =>
        Should.Throw<GroqEvaluationException>(() => Evaluation.Run("*{\"x\": b, \"y\": a.b, ...}", document))
            .Error.ShouldBe(GroqEvaluationError.MalformedDocument);

    private static string Space(Random random) => random.Next(6) == 0 ? new string(' ', random.Next(4)) : "";

    private static void Append(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth == 0 ? 4 : 7))
        {
            case 0:
                text.Append(random.Next(-1000, 1000));
                break;
            case 1:
                text.Append(new[] { "true", "false", "null" }[random.Next(3)]);
                break;
            case 2 or 3:
                text.Append('"');
                int length = random.Next(random.Next(3) == 0 ? 200 : 10);
                for (int i = 0; i < length; i++)
                {
                    text.Append(new[] { "a", "\\\"", "\\\\", "{", "}", "[", "]", ",", ":", "é", "\\n" }[random.Next(11)]);
                }

                text.Append('"');
                break;
            case 4 or 5:
                text.Append('[');
                int items = random.Next(5);
                for (int i = 0; i < items; i++)
                {
                    text.Append(i == 0 ? "" : ",").Append(Space(random));
                    Append(text, random, depth - 1);
                }

                text.Append(Space(random)).Append(']');
                break;
            default:
                text.Append('{');
                int fields = random.Next(5);
                for (int i = 0; i < fields; i++)
                {
                    text.Append(i == 0 ? "" : ",").Append($"\"k{i}\":");
                    Append(text, random, depth - 1);
                }

                text.Append('}');
                break;
        }
    }
}
