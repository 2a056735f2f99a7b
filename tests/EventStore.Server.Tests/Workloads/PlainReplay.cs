using System.Text.Json;

namespace EventStore.Server.Tests.Workloads;

/// <summary>
/// Remembers a sample of what the lines of a workload say, read with nothing but the runtime's JSON reader: the workloads
/// only replace and delete whole documents, so each line says what its documents are afterwards.
/// </summary>
internal sealed class PlainReplay
{
    /// <summary>One document in this many is kept; prime, so that it does not beat with patterns in the stream.</summary>
    private const int KeepOneIn = 37;

    private readonly List<(string Id, string Revision, string? Document)> _kept = [];
    private int _seen;

    public void Add(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        using var parsed = JsonDocument.ParseValue(ref reader);
        var revision = parsed.RootElement.GetProperty("id").GetString()!;
        foreach (var mutation in parsed.RootElement.GetProperty("mutations").EnumerateArray())
        {
            if (_seen++ % KeepOneIn != 0)
            {
                continue;
            }

            if (mutation.TryGetProperty("delete", out var deleted))
            {
                _kept.Add((deleted.GetProperty("id").GetString()!, revision, null));
            }
            else
            {
                var document = mutation.GetProperty("createOrReplace");
                _kept.Add((document.GetProperty("_id").GetString()!, revision, document.GetRawText()));
            }
        }
    }

    public (string Id, string Revision, string? Document) Pick(Random random) => _kept[random.Next(_kept.Count)];
}
