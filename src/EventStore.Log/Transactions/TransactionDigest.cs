using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventStore.Log.Transactions;

/// <summary>
/// The hash chain of a dataset's log. A transaction's digest is the SHA-256 of, one after the other: the previous
/// digest (32 bytes); sequence and timestamp (8 bytes each, big-endian, the timestamp in microseconds since 1970); id
/// and author (each as a 4-byte big-endian length and its UTF-8 bytes); the SHA-256 of the recorded mutations; the
/// number of effects (4 bytes, big-endian); and for each effect, in the order of document ids, the id (length and
/// bytes) and the SHA-256 of <c>apply</c> and of <c>revert</c>.
/// </summary>
/// <remarks>
/// Contents are covered through their own digests, so that content can be erased later, keeping its digest, and the
/// chain still verifies. The dataset is not part of it: a copy with history has the digests of its source.
/// </remarks>
public static class TransactionDigest
{
    /// <summary>Bytes of every digest here.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>What the first transaction of a dataset is linked to: 32 zero bytes.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[Length];

    /// <summary>Links a transaction to its predecessor.</summary>
    /// <param name="previous">Digest of the transaction before it, or <see cref="Genesis"/>.</param>
    /// <param name="header">Its header.</param>
    /// <param name="mutationsDigest">SHA-256 of its recorded mutations in full.</param>
    /// <param name="effects">Its effects, ordered by document id.</param>
    public static byte[] Compute(
        ReadOnlySpan<byte> previous,
        TransactionHeader header,
        ReadOnlySpan<byte> mutationsDigest,
        IReadOnlyList<Effect> effects) =>
        Compute(
            previous,
            header,
            mutationsDigest,
            effects
                .Select(effect => EffectDigest.Of(effect.DocumentId, effect.Apply.Span, effect.Revert.Span))
                .ToList());

    /// <summary>Links a transaction whose effects have been digested.</summary>
    internal static byte[] Compute(
        ReadOnlySpan<byte> previous,
        TransactionHeader header,
        ReadOnlySpan<byte> mutationsDigest,
        IReadOnlyList<EffectDigest> effects)
    {
        var output = DigestWriter.Begin();
        output.Write(previous);
        WriteInt64(output, header.Sequence);
        WriteInt64(output, Microseconds(header.Timestamp));
        WriteText(output, header.Id.Value);
        WriteText(output, header.Author);
        output.Write(mutationsDigest);
        WriteInt32(output, effects.Count);

        foreach (var effect in effects)
        {
            WriteText(output, effect.DocumentId.Value);
            output.Write(effect.Contents);
        }

        return output.Finish();
    }

    private static long Microseconds(DateTimeOffset timestamp) =>
        (timestamp.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static void WriteInt64(DigestWriter output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    private static void WriteInt32(DigestWriter output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    private static void WriteText(DigestWriter output, string text)
    {
        WriteInt32(output, Encoding.UTF8.GetByteCount(text));
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
