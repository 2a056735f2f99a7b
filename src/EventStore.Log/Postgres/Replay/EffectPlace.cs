namespace EventStore.Log.Postgres.Replay;

/// <summary>Half an effect, what leads a document forward, and where it stands in its block.</summary>
/// <param name="Sequence">The transaction.</param>
/// <param name="Document">The document's number.</param>
/// <param name="Start">Where the patch stands, as it is stored.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct EffectPlace(long Sequence, int Document, int Start, int Length);
