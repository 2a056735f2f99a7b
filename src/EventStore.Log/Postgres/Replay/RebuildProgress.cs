namespace EventStore.Log.Postgres.Replay;

/// <summary>How far a rebuild has come.</summary>
/// <param name="Documents">Documents that were rebuilt.</param>
/// <param name="Of">Documents there were when it began.</param>
public sealed record RebuildProgress(long Documents, long Of) : RebuildStep;
