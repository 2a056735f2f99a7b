namespace EventStore.Log.Postgres;

/// <summary>The end of a dataset's log.</summary>
/// <param name="Sequence">Sequence of the last transaction; 0 when there is none.</param>
/// <param name="Timestamp">Its timestamp, or the Unix epoch.</param>
/// <param name="Digest">Its digest, or the genesis digest.</param>
public readonly record struct LogHead(long Sequence, DateTimeOffset Timestamp, ReadOnlyMemory<byte> Digest)
{
    /// <summary>Documents that the dataset has had, deleted ones included.</summary>
    public long Documents { get; init; }

    /// <summary>Raised when heads were changed by a rebuild, without the log getting longer.</summary>
    internal int Generation { get; init; }
}
