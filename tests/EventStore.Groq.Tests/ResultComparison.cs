using System.Text.Json;

namespace EventStore.Groq.Tests;

/// <summary>Compares results as JSON values.</summary>
internal static class ResultComparison
{
    /// <summary>
    /// Object keys in any order, numbers as doubles. Where the suite has <c>_pos</c>, it means the rank by
    /// <c>_score</c>, since it leaves open how much a text match scores.
    /// </summary>
    public static bool AreEqual(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return false;
        }
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                List<JsonElement> actuals = [.. actual.EnumerateArray()];
                return expected.GetArrayLength() == actuals.Count
                    && expected.EnumerateArray().Zip(actuals).All(
                        pair => AreEqual(pair.First, pair.Second)
                            || IsRanked(pair.First, pair.Second, actuals));
            case JsonValueKind.Object:
                var fields = actual.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
                return expected.EnumerateObject().Count() == fields.Count
                    && expected.EnumerateObject().All(field =>
                        fields.TryGetValue(field.Name, out JsonElement value) && AreEqual(field.Value, value));
            case JsonValueKind.Number:
                return expected.GetDouble() == actual.GetDouble();
            case JsonValueKind.String:
                return expected.GetString() == actual.GetString();
            default:
                return true;
        }
    }

    private static bool IsRanked(JsonElement expected, JsonElement actual, List<JsonElement> all)
    {
        if (expected.ValueKind != JsonValueKind.Object || actual.ValueKind != JsonValueKind.Object
            || !expected.TryGetProperty("_pos", out JsonElement position)
            || !actual.TryGetProperty("_score", out JsonElement score))
        {
            return false;
        }
        int rank = 1 + all.Select(item => item.GetProperty("_score").GetDouble()).Distinct()
            .Count(other => other > score.GetDouble());
        return rank == position.GetInt32() && AreEqual(expected.GetProperty("_id"), actual.GetProperty("_id"));
    }
}
