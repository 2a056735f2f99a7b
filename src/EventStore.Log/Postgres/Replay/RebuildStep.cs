namespace EventStore.Log.Postgres.Replay;

/// <summary>What a rebuild reports while it runs, and at its end.</summary>
public abstract record RebuildStep;
