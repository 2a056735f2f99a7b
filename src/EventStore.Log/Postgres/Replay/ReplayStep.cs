namespace EventStore.Log.Postgres.Replay;

/// <summary>What a replay reports while it runs, and at its end.</summary>
public abstract record ReplayStep;
