namespace EventStore.Log.Projections;

/// <summary>
/// When a dataset gets a checkpoint: as soon as reading the log since the last one would cost a given share of copying
/// that checkpoint. So the time to read any past state is a small multiple of its output, whatever came before, and the
/// checkpoints together cost a fixed share of the log.
/// </summary>
/// <remarks>
/// Time is what is weighed. Copying a document from a checkpoint goes with its bytes; leading a document along a patch
/// costs about as much whatever the sizes of both, so a patch counts as the bytes that are copied in that time, plus
/// its own as they are stored. What checkpoints cost in storage is several times less than these figures: they are
/// compressed. Measurements are in <c>ARCHITECTURE.md</c>.
/// </remarks>
public sealed record CheckpointPolicy
{
    /// <summary>How much the tail may cost, as a share of the documents of the checkpoint.</summary>
    public double Share { get; init; } = 0.6;

    /// <summary>What one patch costs besides its bytes, in bytes of documents that are copied in that time.</summary>
    public int PatchBytes { get; init; } = 750;

    /// <summary>A cheaper tail is not worth a checkpoint, however small the dataset is; in bytes.</summary>
    public long MinimumBytes { get; init; } = 2_000_000;

    /// <summary>A chunk of a checkpoint ends when its documents have this many bytes.</summary>
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// How much cheaper a tail is enough, as a share of what makes a checkpoint due, for the end of the log of a
    /// dataset at rest to get one: most reads are of that, and it is replaced by the next one.
    /// </summary>
    public double RestingShare { get; init; } = 0.1;

    /// <summary>The cost of a tail at which a checkpoint is due, in bytes.</summary>
    /// <param name="checkpointBytes">Bytes of the documents of the checkpoint before it; 0 when there is none.</param>
    public long DueAt(long checkpointBytes) => Math.Max(MinimumBytes, (long)(checkpointBytes * Share));

    /// <summary>The same for a dataset at rest.</summary>
    /// <param name="checkpointBytes">Bytes of the documents of the checkpoint before it.</param>
    public long RestingDueAt(long checkpointBytes) => (long)(DueAt(checkpointBytes) * RestingShare);
}
