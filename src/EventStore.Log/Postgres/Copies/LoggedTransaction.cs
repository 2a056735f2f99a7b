using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres.Copies;

/// <summary>A transaction with all that the log stores of it, texts unpacked.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Mutations">The recorded mutations in their compact form.</param>
/// <param name="MutationsDigest">SHA-256 of their full form.</param>
/// <param name="Digest">Its link in the hash chain.</param>
/// <param name="Effects">One for each document changed, ordered by id.</param>
public sealed record LoggedTransaction(
    TransactionHeader Header,
    ReadOnlyMemory<byte> Mutations,
    ReadOnlyMemory<byte> MutationsDigest,
    ReadOnlyMemory<byte> Digest,
    IReadOnlyList<LoggedEffect> Effects)
{
    /// <summary>The digest that follows from the content and the transaction before it.</summary>
    public byte[] ComputeDigest(ReadOnlySpan<byte> previous) => TransactionDigest.Compute(
        previous, Header, MutationsDigest.Span, Effects.Select(effect => effect.Effect).ToList());
}
