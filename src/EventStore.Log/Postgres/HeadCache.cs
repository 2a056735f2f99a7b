using System.Runtime.InteropServices;
using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>
/// What the writer of a dataset remembers between commits: the end of the log and heads that were used lately, true as
/// of that end. The dataset's head row guards it: when another process has moved that row, the cache is of the past and
/// is dropped whole.
/// </summary>
/// <remarks>
/// Two generations stand in for the order of use: what is found in the older one moves to the younger one, and when
/// that is full the older one is forgotten and the younger one becomes it.
/// </remarks>
internal sealed class HeadCache
{
    /// <summary>What an entry takes besides its content.</summary>
    private const int EntryBytes = 400;

    private Dictionary<DocumentId, HeadState> _young = [];
    private Dictionary<DocumentId, HeadState> _old = [];
    private long _youngBytes;

    /// <summary>The end of the log that the entries are true at; null when nothing is known.</summary>
    public LogHead? Head { get; private set; }

    /// <summary>Number of the last document that ever existed in the dataset.</summary>
    public int Documents { get; private set; }

    public bool TryGet(DocumentId id, out HeadState head)
    {
        if (_young.TryGetValue(id, out head!))
        {
            return true;
        }

        if (!_old.Remove(id, out head!))
        {
            return false;
        }

        Keep(id, head);
        return true;
    }

    public void Put(DocumentId id, HeadState head)
    {
        _old.Remove(id);
        if (_young.Remove(id, out var replaced))
        {
            _youngBytes -= replaced.Bytes + EntryBytes;
        }

        Keep(id, Own(head));
    }

    /// <summary>Says that all entries are true at an end of the log.</summary>
    public void MoveTo(LogHead head, int documents) => (Head, Documents) = (head, documents);

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
        _youngBytes = 0;
        Head = null;
    }

    /// <summary>A document may be a slice of the request it came with, which is not to be kept for its sake.</summary>
    private static HeadState Own(HeadState head) =>
        MemoryMarshal.TryGetArray(head.Document.Content, out var slice) && slice.Array!.Length > 2 * (slice.Count + 64)
            ? head with { Document = head.Document with { Content = head.Document.Content.ToArray() } }
            : head;

    private void Keep(DocumentId id, HeadState head)
    {
        _young[id] = head;
        _youngBytes += head.Bytes + EntryBytes;
        if (_youngBytes > Limits.HeadCacheBytes / 2)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
            _youngBytes = 0;
        }
    }
}
