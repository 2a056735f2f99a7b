using EventStore.Log.Documents;

namespace EventStore.Server.Export;

/// <summary>
/// Where an answer of the export endpoint ends. In cursor mode that is after some time, bytes or documents, whichever
/// comes first, but behind one document at least; otherwise it holds everything.
/// </summary>
/// <param name="ends">Whether the answer is in cursor mode.</param>
/// <param name="clock">For the time it takes.</param>
internal sealed class ExportBounds(bool ends, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();
    private int _documents;
    private long _bytes;

    /// <summary>Whether the answer ends after a page.</summary>
    public bool Ends => ends;

    /// <summary>The last document that was looked at; null at the beginning.</summary>
    public string? LastId { get; private set; }

    /// <summary>Whether there are documents behind the page, at least one.</summary>
    public bool HasSuccessor { get; private set; }

    private bool IsFull => _bytes >= ServerLimits.ExportPageBytes
        || _documents >= ServerLimits.ExportPageDocuments
        || (_documents > 0 && clock.GetElapsedTime(_begun) >= ServerLimits.ExportPageTime);

    /// <summary>Looks at the next document; false when it is for the next page.</summary>
    public bool TryEnter(DocumentId id)
    {
        if (ends && IsFull)
        {
            HasSuccessor = true;
            return false;
        }

        _documents++;
        LastId = id.Value;
        return true;
    }

    /// <summary>Counts what is sent of the document that was entered.</summary>
    public void Send(int bytes) => _bytes += bytes;
}
