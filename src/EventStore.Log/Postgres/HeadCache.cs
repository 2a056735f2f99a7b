using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>
/// Heads that the writer of a dataset has seen, true as of one sequence. The dataset's head row guards it: when another
/// process has moved that row, the cache is of the past and is dropped whole.
/// </summary>
internal sealed class HeadCache
{
    private readonly Dictionary<DocumentId, HeadState> _heads = [];
    private long _bytes;

    /// <summary>The sequence that the entries are true at.</summary>
    public long Sequence { get; private set; } = -1;

    public bool TryGet(DocumentId id, out HeadState head) => _heads.TryGetValue(id, out head!);

    public void Put(DocumentId id, HeadState head)
    {
        if (_heads.TryGetValue(id, out var replaced))
        {
            _bytes -= replaced.Document.Content.Length;
        }

        _heads[id] = head;
        _bytes += head.Document.Content.Length;
    }

    /// <summary>Says that all entries are true at a sequence.</summary>
    public void MoveTo(long sequence) => Sequence = sequence;

    /// <summary>
    /// Forgets everything when it has grown too large to keep; only between batches, which rely on what they loaded.
    /// </summary>
    public void Trim()
    {
        if (_bytes > Limits.HeadCacheBytes || _heads.Count > Limits.HeadCacheDocuments)
        {
            Clear();
        }
    }

    public void Clear()
    {
        _heads.Clear();
        _bytes = 0;
        Sequence = -1;
    }
}
