using System.Text.Json;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Rollback;

/// <summary>A plan as its last line sums it up.</summary>
internal sealed record PlanSummary(
    string Id, long Created, long Updated, long Deleted, long Merged, long Forced, long Skipped, long Conflicts)
{
    public long Changes => Created + Updated + Deleted;

    public static PlanSummary Read(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        Number(json, "create"),
        Number(json, "update"),
        Number(json, "delete"),
        Number(json, "merged"),
        Number(json, "forced"),
        Number(json, "skipped"),
        Number(json, "conflicts"));

    /// <exception cref="CommandFailure">Something is in the way.</exception>
    public void RequireApplicable()
    {
        if (Conflicts > 0)
        {
            throw new CommandFailure(
                $"nothing was undone: conflicts in {Quantity.Of(Conflicts, "document")}; "
                + "--on-conflict skip leaves them out, --on-conflict force overrules later edits");
        }
    }

    public string Describe() => string.Join(", ", new[]
    {
        (Created, "to create again"),
        (Updated, "to change"),
        (Deleted, "to delete"),
        (Merged, "of them with later edits of other places, which stay"),
        (Forced, "of them with later edits that are overruled"),
        (Skipped, "left out"),
        (Conflicts, "with conflicts"),
    }.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"));

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
