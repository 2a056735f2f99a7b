namespace EventStore.Log.Postgres.Replay;

/// <summary>How far a replay has come.</summary>
/// <param name="Sequence">The last transaction that was handed out for replay.</param>
/// <param name="Of">The last one there is to replay.</param>
public sealed record ReplayProgress(long Sequence, long Of) : ReplayStep;
