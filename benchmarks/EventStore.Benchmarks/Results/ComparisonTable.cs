using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Results;

/// <summary>Comparisons as a page shows them and as the record of runs keeps them.</summary>
internal static class ComparisonTable
{
    private const string Absent = "absent";

    public static BenchmarkResult Describe(string explanation, IReadOnlyCollection<Comparison> comparisons)
    {
        var table = new MarkdownTable("", "ours", "peer", "peer's", "ratio", "goal", "met");
        var figures = new JsonArray();
        foreach (var comparison in comparisons)
        {
            var unit = comparison.Unit;
            table.Add(
                comparison.What,
                Show(comparison.Ours, unit),
                comparison.Peer?.Name ?? string.Empty,
                comparison.Peer is { } peer ? Show(peer, unit) : string.Empty,
                comparison.HasRatio ? Figure.Significant(comparison.Ratio) : string.Empty,
                comparison.Goal?.Text ?? string.Empty,
                comparison.IsMet switch { true => "yes", false => "**no**", null => string.Empty });
            figures.Add(ToJson(comparison));
        }

        return new($"{explanation}\n\n{table}", figures);
    }

    private static string Show(Side side, Unit unit) => side switch
    {
        { IsAbsent: true } => Absent,
        { Rounds.Count: 1 } => Figure.Of(side.Median, unit),
        _ => $"{Figure.Of(side.Median, unit)} ({Figure.Of(side.Rounds.Min(), unit)} … "
            + $"{Figure.Of(side.Rounds.Max(), unit)})",
    };

    private static JsonObject ToJson(Comparison comparison)
    {
        var line = new JsonObject
        {
            ["name"] = comparison.What,
            ["unit"] = JsonValue.Create(comparison.Unit.ToString().ToLowerInvariant()),
            ["ours"] = ToJson(comparison.Ours),
        };
        if (comparison.Peer is { } peer)
        {
            line["peer"] = ToJson(peer);
        }

        if (comparison.HasRatio && double.IsFinite(comparison.Ratio))
        {
            line["ratio"] = Figure.Rounded(comparison.Ratio);
            line["ratioOfMinima"] = Figure.Rounded(comparison.RatioOfMinima);
        }

        if (comparison.Goal is { } goal)
        {
            line["goal"] = goal.Text;
            line["met"] = comparison.IsMet;
        }

        return line;
    }

    private static JsonObject ToJson(Side side) => side.IsAbsent
        ? new JsonObject { ["name"] = side.Name, [Absent] = true }
        : new JsonObject
        {
            ["name"] = side.Name,
            ["median"] = Figure.Rounded(side.Median),
            ["rounds"] = new JsonArray([.. side.Rounds.Select(round => JsonValue.Create(Figure.Rounded(round)))]),
        };
}
