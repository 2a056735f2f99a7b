using System.Security.Cryptography;
using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>What the hash chain covers of one effect.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Contents">The SHA-256 of <c>apply</c>, then that of <c>revert</c>.</param>
internal readonly record struct EffectDigest(DocumentId DocumentId, byte[] Contents)
{
    public static EffectDigest Of(DocumentId id, ReadOnlySpan<byte> apply, ReadOnlySpan<byte> revert)
    {
        var contents = new byte[2 * TransactionDigest.Length];
        SHA256.HashData(apply, contents);
        SHA256.HashData(revert, contents.AsSpan(TransactionDigest.Length));
        return new(id, contents);
    }
}
