namespace EventStore.Log.Postgres;

/// <summary>A transaction whose id is taken.</summary>
internal sealed record KnownTransaction(
    string Id, long Sequence, DateTimeOffset Timestamp, string Author, byte[] MutationsDigest);
