using System.Buffers;
using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// The documents of a dataset as of one sequence, for one query: all of them, or some by id. Documents that were looked
/// up are kept in bounded memory, since queries follow the same references again and again.
/// </summary>
internal sealed class SnapshotReader(
    Dataset dataset,
    long? sequence,
    DatasetReader datasets,
    DocumentReader documents,
    QueryReads reads,
    QueryTrace trace,
    CancellationToken cancellationToken)
{
    /// <summary>What a kept document takes besides its content.</summary>
    private const int EntryBytes = 200;

    private readonly Dictionary<string, GroqDocument?> _kept = new(StringComparer.Ordinal);
    private long _keptBytes;

    public Dataset Dataset => dataset;

    /// <summary>The sequence, if it is known already.</summary>
    public long? Pinned { get; private set; } = sequence;

    /// <summary>The sequence.</summary>
    public long Sequence
    {
        get
        {
            if (Pinned is null)
            {
                Fetch(Array.Empty<DocumentId>());
            }

            return Pinned!.Value;
        }
    }

    /// <summary>How the query waits for what it reads.</summary>
    public QueryReads Reads => reads;

    public QueryTrace Trace => trace;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Stays with a sequence from here on, unless it does with another one already.</summary>
    public void Pin(long end) => Pinned ??= end;

    /// <summary>Keeps documents that were read on the way.</summary>
    public void Keep(IEnumerable<DocumentSnapshot?> found)
    {
        foreach (var document in found)
        {
            if (document is not null && !_kept.ContainsKey(document.Id.Value))
            {
                Keep(document);
            }
        }
    }

    /// <summary>The documents behind an id, by ascending id, as they were found to pass a test of their
    /// type.</summary>
    /// <param name="afterId">Starts after this id; null for the beginning.</param>
    /// <param name="types">Leaves out documents that it lets not pass; null for none.</param>
    public IEnumerable<IReadOnlyList<GroqDocument>> Scan(string? afterId, TypeTest? types)
    {
        reads.RequireThread();
        var batches = datasets.ReadAsync(dataset, Sequence, afterId, cancellationToken);
        foreach (var batch in Blocking.Enumerate(batches, cancellationToken))
        {
            // The batch's memory goes back with it, and a query may keep any document.
            var page = new List<GroqDocument>();
            for (var index = 0; index < batch.Count; index++)
            {
                var json = batch[index].Json;
                if (types?.Passes(json.Span) != false)
                {
                    page.Add(new GroqDocument(json.ToArray()));
                }
            }

            trace.Scanned(batch.Count, batch.Text.Length);
            yield return page;
        }
    }

    /// <summary>The document of an id, or null.</summary>
    public GroqDocument? Find(string id)
    {
        if (!_kept.TryGetValue(id, out var document))
        {
            Fetch([id]);
            _kept.TryGetValue(id, out document);
        }

        return document;
    }

    /// <summary>Fetches documents together that are about to be looked for.</summary>
    public void Fetch(IEnumerable<string> ids)
    {
        foreach (var slice in Missing(ids).Chunk(ServerLimits.QueryLookupSlice))
        {
            Fetch(slice);
        }
    }

    /// <summary>Reads documents that the query will fetch together, before it is evaluated.</summary>
    public async Task ForeseeAsync(IEnumerable<string> ids)
    {
        if (Missing(ids).Chunk(ServerLimits.QueryLookupSlice).FirstOrDefault() is { } slice)
        {
            await (Pinned is { } known
                ? (Task)reads.ForeseeAsync(() => ReadAsync(slice, known), () => Question(slice))
                : reads.ForeseeAsync(() => ReadAtEndAsync(slice), () => Question(slice)));
        }
    }

    private List<DocumentId> Missing(IEnumerable<string> ids)
    {
        var missing = new List<DocumentId>();
        foreach (var id in ids)
        {
            if (!_kept.ContainsKey(id) && DocumentId.TryParse(id, out var wanted, out _))
            {
                missing.Add(wanted);
            }
        }

        return missing;
    }

    private void Fetch(IReadOnlyList<DocumentId> ids)
    {
        if (_keptBytes > ServerLimits.QueryLookupBytes)
        {
            _kept.Clear();
            _keptBytes = 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var found = Read(ids);
        foreach (var id in ids)
        {
            _kept[id.Value] = null;
        }

        foreach (var document in found)
        {
            Keep(document);
        }

        _keptBytes += (long)EntryBytes * ids.Count;
        trace.LookedUp(ids.Count, found.Count);
    }

    private void Keep(DocumentSnapshot document)
    {
        var json = Write(document);
        _kept[document.Id.Value] = new GroqDocument(json);
        _keptBytes += json.Length + EntryBytes;
    }

    /// <summary>The first read finds out what the end of the log is, and stays with it.</summary>
    private IReadOnlyList<DocumentSnapshot> Read(IReadOnlyList<DocumentId> ids)
    {
        if (Pinned is { } known)
        {
            return reads.Wait(() => ReadAsync(ids, known), () => Question(ids));
        }

        var (end, found) = reads.Wait(() => ReadAtEndAsync(ids), () => Question(ids));
        Pinned = end;
        return found;
    }

    /// <summary>The two ways to read do not meet in one query: it has a sequence from the start, or a read at the end
    /// finds it.</summary>
    private string Question(IReadOnlyList<DocumentId> ids) =>
        string.Join('\n', ids.Select(id => id.Value).Prepend(Pinned is null ? "end" : "documents"));

    private ValueTask<IReadOnlyList<DocumentSnapshot>> ReadAsync(IReadOnlyList<DocumentId> ids, long known) =>
        new(documents.ReadAsync(dataset, ids, known, cancellationToken));

    private ValueTask<(long End, IReadOnlyList<DocumentSnapshot> Found)> ReadAtEndAsync(
        IReadOnlyList<DocumentId> ids) =>
        new(documents.ReadAtEndAsync(dataset, ids, cancellationToken));

    private static ReadOnlyMemory<byte> Write(DocumentSnapshot document)
    {
        var output = new ArrayBufferWriter<byte>(document.Content.Length + document.Revision.Length + 16);
        DocumentContent.WriteWithRevision(document.Content.Span, document.Revision, output);
        return output.WrittenMemory;
    }
}
