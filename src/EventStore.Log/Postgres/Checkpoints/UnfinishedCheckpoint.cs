namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>A checkpoint that is being built; whoever takes it up goes on behind its last document.</summary>
internal sealed class UnfinishedCheckpoint(long number, long sequence)
{
    public long Number => number;

    public long Sequence => sequence;

    /// <summary>The last document stored so far; null before the first.</summary>
    public string? LastId { get; set; }

    public long Documents { get; set; }

    /// <summary>Bytes of documents stored so far, uncompressed.</summary>
    public long Bytes { get; set; }
}
