namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>A dataset stored whole at one sequence.</summary>
/// <param name="Number">Its own number, never reused.</param>
/// <param name="Sequence">The state it holds.</param>
/// <param name="Bytes">Bytes of its documents, uncompressed.</param>
internal sealed record Checkpoint(long Number, long Sequence, long Bytes);
