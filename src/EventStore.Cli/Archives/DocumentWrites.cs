using System.Buffers;
using System.Net;
using System.Text.Json;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>
/// Writes documents that differ from those in the dataset, many in a transaction. When one is refused, its batch is
/// written document by document, so that the others come in and each refusal has its reason.
/// </summary>
internal sealed class DocumentWrites(
    JsonRequests requests, ArchivedDocuments documents, IReadOnlyDictionary<ArchivedFile, string> assets)
{
    private const int BatchBytes = 1_000_000;
    private const int BatchDocuments = 100;
    private const int MaximumBodyBytes = 4_000_000;
    private const int BodyFrame = 64;

    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    /// <summary>Documents that were written.</summary>
    public int Written { get; private set; }

    /// <summary>Documents that were there already and are equal.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Documents that the server refused, and why.</summary>
    public List<(string Id, string Reason)> Refused { get; } = [];

    /// <summary>Writes some of the documents, in this order.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="phase">How.</param>
    /// <param name="report">Is told how many documents are dealt with.</param>
    /// <param name="cancellation">Ends the requests.</param>
    public async Task WriteAsync(
        IReadOnlyList<ArchivedDocument> wanted, WritePhase phase, Action report, CancellationToken cancellation)
    {
        var batch = new List<(string Id, byte[] Json)>();
        var bytes = 0;
        foreach (var document in wanted)
        {
            if (_refused.Contains(document.Id))
            {
                continue;
            }

            var content = Prepare(document, isWeak: phase == WritePhase.Weak);
            if (batch.Count == BatchDocuments || (batch.Count > 0 && bytes + content.Length > BatchBytes))
            {
                await WriteBatchAsync(batch, phase, cancellation);
                (batch, bytes) = ([], 0);
                report();
            }

            batch.Add((document.Id, content));
            bytes += content.Length;
        }

        await WriteBatchAsync(batch, phase, cancellation);
        report();
    }

    /// <summary>Those of some documents that are not in the dataset as they are in the archive.</summary>
    public async Task<IReadOnlyList<ArchivedDocument>> FindDifferentAsync(
        IReadOnlyList<ArchivedDocument> wanted, CancellationToken cancellation)
    {
        var different = new List<ArchivedDocument>();
        foreach (var part in wanted.Chunk(BatchDocuments))
        {
            var contents = part.Select(document => (document.Id, Prepare(document, isWeak: false))).ToList();
            var found = (await WithoutEqualAsync(contents, cancellation)).Select(document => document.Id).ToHashSet();
            different.AddRange(part.Where(document => found.Contains(document.Id)));
        }

        Unchanged += wanted.Count - different.Count;
        return different;
    }

    private static byte[] BodyOf(IReadOnlyList<(string Id, byte[] Json)> batch)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write("{\"mutations\":["u8);
        for (var index = 0; index < batch.Count; index++)
        {
            body.Write(index > 0 ? ",{\"createOrReplace\":"u8 : "{\"createOrReplace\":"u8);
            body.Write(batch[index].Json);
            body.Write("}"u8);
        }

        body.Write("]}"u8);
        return body.WrittenSpan.ToArray();
    }

    private static bool AreEqual(JsonElement wanted, JsonElement present)
    {
        // A document without times gets them from the server, and a revision is never its author's.
        var count = 0;
        foreach (var member in wanted.EnumerateObject())
        {
            if (member.NameEquals("_rev"))
            {
                continue;
            }

            count++;
            if (!present.TryGetProperty(member.Name, out var value) || !JsonElement.DeepEquals(member.Value, value))
            {
                return false;
            }
        }

        return count == present.EnumerateObject().Count(member => !member.NameEquals("_rev")
            && ((!member.NameEquals("_createdAt") && !member.NameEquals("_updatedAt"))
                || wanted.TryGetProperty(member.Name, out _)));
    }

    private byte[] Prepare(ArchivedDocument document, bool isWeak)
    {
        using var json = documents.Open(document);
        var output = new ArrayBufferWriter<byte>(document.Length);
        AssetReferences.WriteReferences(json.RootElement, assets, isWeak, output);
        return output.WrittenSpan.ToArray();
    }

    private async Task WriteBatchAsync(
        List<(string Id, byte[] Json)> batch, WritePhase phase, CancellationToken cancellation)
    {
        var different = phase == WritePhase.Whole ? await WithoutEqualAsync(batch, cancellation) : batch;
        Unchanged += batch.Count - different.Count;
        if (different.Count == 0)
        {
            return;
        }

        if (different.Count > 1 && await TryWriteAsync(different, cancellation) is null)
        {
            Written += phase == WritePhase.Weak ? 0 : different.Count;
            return;
        }

        foreach (var document in different)
        {
            if (await TryWriteAsync([document], cancellation) is { } reason)
            {
                _refused.Add(document.Id);
                Refused.Add((document.Id, phase == WritePhase.Strong ? $"its references stay weak: {reason}" : reason));
            }
            else
            {
                Written += phase == WritePhase.Weak ? 0 : 1;
            }
        }
    }

    /// <returns>The reason why the server refused; null when it did not.</returns>
    private async Task<string?> TryWriteAsync(
        IReadOnlyList<(string Id, byte[] Json)> batch, CancellationToken cancellation)
    {
        if (batch is [var (_, json)] && json.Length > MaximumBodyBytes - BodyFrame)
        {
            return $"it has {json.Length} bytes, more than fit into a request";
        }

        try
        {
            await requests.MutateAsync(BodyOf(batch), cancellation);
            return null;
        }
        catch (CommandFailure refused) when (refused.Status is HttpStatusCode.BadRequest
            or HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge)
        {
            return refused.Message;
        }
    }

    private async Task<List<(string Id, byte[] Json)>> WithoutEqualAsync(
        IReadOnlyList<(string Id, byte[] Json)> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var ids = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["query"] = "*[_id in $ids]",
            ["params"] = new Dictionary<string, object> { ["ids"] = batch.Select(document => document.Id).ToArray() },
        });
        using var answer = await requests.PostAsync(
            $"/v2025-02-19/data/query/{requests.Dataset}?perspective=raw", ids, cancellation);
        var present = answer.RootElement.GetProperty("result").EnumerateArray()
            .ToDictionary(document => document.GetProperty("_id").GetString()!, StringComparer.Ordinal);
        return batch.Where(document =>
        {
            using var wanted = JsonDocument.Parse(document.Json, RawJson.Options);
            return !present.TryGetValue(document.Id, out var found) || !AreEqual(wanted.RootElement, found);
        }).ToList();
    }
}
