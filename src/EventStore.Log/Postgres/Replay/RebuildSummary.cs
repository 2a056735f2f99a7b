namespace EventStore.Log.Postgres.Replay;

/// <summary>What a rebuild came to.</summary>
/// <param name="Documents">Documents rebuilt, deleted ones included.</param>
/// <param name="Keyframes">Keyframes they have.</param>
/// <param name="Checkpoints">Checkpoints built.</param>
/// <param name="ChangedHeads">Heads that were missing or other than their chains say.</param>
/// <param name="ChangedKeyframes">Keyframes that were missing, superfluous or other.</param>
/// <param name="ChangedReferences">Documents whose references were other than their content's.</param>
public sealed record RebuildSummary(
    long Documents,
    long Keyframes,
    long Checkpoints,
    long ChangedHeads,
    long ChangedKeyframes,
    long ChangedReferences) : RebuildStep;
