using System.Text;
using System.Text.Json;

namespace EventStore.Groq.Tests;

/// <summary>Every test of the public GROQ test suite for version 1.2 and below.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> Files => [.. Vectors.All.Select(vector => vector.File).Distinct().Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Queries_give_what_the_public_suite_expects(string file)
    {
        var failures = new StringBuilder();
        int count = 0;
        foreach (Vector vector in Vectors.All.Where(vector => vector.File == file))
        {
            count++;
            if (Check(vector) is { } failure)
            {
                failures.AppendLine(vector.Query.Trim()).Append("  ").AppendLine(failure);
            }
        }
        count.ShouldBePositive();
        failures.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void The_suite_is_whole() => Vectors.All.Count.ShouldBe(5975);

    private static string? Check(Vector vector)
    {
        GroqQuery query;
        try
        {
            query = GroqQuery.Parse(vector.Query, vector.Parameters);
        }
        catch (GroqParseException exception)
        {
            bool placed = exception.Start >= 0 && exception.Start <= exception.End
                && exception.End <= vector.Query.Length;
            return !vector.IsValid && placed
                ? null
                : $"refused: {exception.Message} ({exception.Start}..{exception.End})";
        }
        if (!vector.IsValid)
        {
            return "should have been refused";
        }
        string result = Evaluation.Run(query, vector.Documents);
        JsonElement actual = JsonDocument.Parse(result).RootElement;
        return ResultComparison.AreEqual(vector.Result, actual)
            ? null
            : $"expected {Short(vector.Result.GetRawText())}\n  but got  {Short(result)}";
    }

    private static string Short(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
