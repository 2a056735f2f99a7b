namespace EventStore.Log.Postgres;

/// <summary>What a verification reports while it runs, and at its end.</summary>
public abstract record VerificationStep;
