namespace EventStore.Log.Postgres.Replay;

/// <summary>A keyframe as a replay derives it.</summary>
/// <param name="Document">The document's number.</param>
/// <param name="Sequence">The effect it belongs to.</param>
/// <param name="Packed">The document after it; null when the effect is a full value itself.</param>
internal readonly record struct DerivedKeyframe(int Document, long Sequence, byte[]? Packed);
