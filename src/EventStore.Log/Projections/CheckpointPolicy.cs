namespace EventStore.Log.Projections;

/// <summary>
/// When a dataset gets a checkpoint: as soon as reading the log since the last one would cost a given share of copying
/// that checkpoint. So the time to read any past state is a small multiple of its output, whatever came before, and the
/// checkpoints together cost a fixed share of the log.
/// </summary>
/// <remarks>
/// Sizes are those of the uncompressed documents and patches, since that is what time goes with; stored checkpoints are
/// several times smaller. A patch costs more than its bytes: it is a row to fetch and a document to rebuild.
/// </remarks>
public sealed record CheckpointPolicy
{
    /// <summary>The tail's cost, in bytes, that is as much as the documents of the checkpoint.</summary>
    public double Share { get; init; } = 2;

    /// <summary>What one patch costs besides its bytes, in bytes of document that are copied in that time.</summary>
    public int PatchBytes { get; init; } = 500;

    /// <summary>Below this a tail is not worth a checkpoint, in bytes.</summary>
    public long MinimumBytes { get; init; } = 1_000_000;

    /// <summary>A chunk of a checkpoint ends when its documents have this many bytes.</summary>
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>The cost of a tail at which a checkpoint is due, in bytes.</summary>
    /// <param name="checkpointBytes">Bytes of the documents of the checkpoint before it; 0 when there is none.</param>
    public long DueAt(long checkpointBytes) => Math.Max(MinimumBytes, (long)(checkpointBytes * Share));
}
