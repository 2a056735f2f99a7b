using System.Text.Json;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>How far the server is with an import.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="Imported">Transactions appended.</param>
/// <param name="Skipped">Transactions that were already there with the same content.</param>
/// <param name="Sequence">Sequence of the last one.</param>
internal sealed record ImportCounts(long Lines, long Imported, long Skipped, long Sequence)
{
    public static ImportCounts Read(JsonElement json) =>
        new(Number(json, "lines"), Number(json, "imported"), Number(json, "skipped"), Number(json, "sequence"));

    public override string ToString() => $"{Quantity.Of(Lines, "line")}, {Imported} imported, {Skipped} already there";

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
