namespace EventStore.Log.Postgres.Replay;

/// <summary>Half an effect: what leads a document forward.</summary>
/// <param name="Sequence">The transaction.</param>
/// <param name="Document">The document's number.</param>
/// <param name="Packed">The patch as it is stored.</param>
internal readonly record struct EffectPatch(long Sequence, int Document, byte[] Packed);
