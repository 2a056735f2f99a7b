using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EventStore.Log.Projections;

/// <summary>
/// A stretch of a checkpoint as it is stored: one byte of version; the beginning of the SHA-256 of the id of its last
/// document and of all that follows; as a variable-length integer the length of the rest uncompressed; then, compressed
/// with Brotli: the number of documents; for each its number, sequence and the length of its line; and the lines.
/// </summary>
/// <remarks>
/// Brotli rather than the database's own compression: documents of a dataset resemble each other, so that a stretch
/// shrinks several times further than its documents one by one, and is unpacked at more than a gigabyte a second.
/// Figures are in <c>ARCHITECTURE.md</c>.
/// </remarks>
internal static class CheckpointChunk
{
    private const byte Version = 2;
    private const int HeaderBytes = 1 + ChecksumBytes;
    private const int ChecksumBytes = 8;
    private const int Quality = 5;
    private const int WindowBits = 20;
    private const int MaxIntegerBytes = 10;

    public static byte[] Encode(DocumentBatch batch)
    {
        var plain = new ArrayBufferWriter<byte>(batch.Text.Length + (batch.Count * 3 * MaxIntegerBytes));
        WriteInteger(plain, batch.Count);
        foreach (var entry in batch.Entries)
        {
            WriteInteger(plain, entry.Document);
            WriteInteger(plain, entry.Sequence);
            WriteInteger(plain, entry.Length);
        }

        plain.Write(batch.Text.Span);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.WrittenCount)];
        if (!BrotliEncoder.TryCompress(plain.WrittenSpan, packed, out var length, Quality, WindowBits))
        {
            throw new InvalidOperationException("A chunk could not be compressed");
        }

        var body = new ArrayBufferWriter<byte>(MaxIntegerBytes + length);
        WriteInteger(body, plain.WrittenCount);
        body.Write(packed.AsSpan(0, length));
        return [Version, .. Checksum(batch[batch.Count - 1].Id.Value, body.WrittenSpan), .. body.WrittenSpan];
    }

    /// <param name="chunk">The chunk.</param>
    /// <param name="lastId">The id of the last document it is said to hold.</param>
    /// <exception cref="InvalidDataException">It is not what <see cref="Encode"/> wrote for that stretch.</exception>
    public static DocumentBatch Decode(ReadOnlySpan<byte> chunk, string lastId)
    {
        if (chunk.Length < HeaderBytes || chunk[0] != Version
            || !chunk[1..HeaderBytes].SequenceEqual(Checksum(lastId, chunk[HeaderBytes..])))
        {
            throw Malformed();
        }

        var at = HeaderBytes;
        var plainLength = checked((int)ReadInteger(chunk, ref at));
        var buffer = ArrayPool<byte>.Shared.Rent(plainLength);
        try
        {
            if (!BrotliDecoder.TryDecompress(chunk[at..], buffer, out var length) || length != plainLength)
            {
                throw Malformed();
            }

            return Open(buffer, plainLength);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static ReadOnlySpan<byte> Checksum(string lastId, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(lastId));
        hash.AppendData(body);
        return hash.GetHashAndReset().AsSpan(0, ChecksumBytes);
    }

    private static DocumentBatch Open(byte[] buffer, int length)
    {
        var plain = buffer.AsSpan(0, length);
        var at = 0;
        var count = ReadInteger(plain, ref at);
        if (count > length)
        {
            throw Malformed();
        }

        var entries = new DocumentBatch.Entry[count];
        var start = 0;
        for (var index = 0; index < entries.Length; index++)
        {
            var document = (int)ReadInteger(plain, ref at);
            var sequence = ReadInteger(plain, ref at);
            var lineLength = (int)ReadInteger(plain, ref at);
            entries[index] = new(document, sequence, start, lineLength);
            start = checked(start + lineLength);
        }

        return start == length - at ? new(buffer, at, start, entries) : throw Malformed();
    }

    private static InvalidDataException Malformed() => new("A chunk of a checkpoint is malformed");

    private static void WriteInteger(IBufferWriter<byte> output, long value)
    {
        Span<byte> bytes = stackalloc byte[MaxIntegerBytes];
        var length = 0;
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            bytes[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[length++] = (byte)rest;
        output.Write(bytes[..length]);
    }

    private static long ReadInteger(ReadOnlySpan<byte> input, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= input.Length)
            {
                throw Malformed();
            }

            var next = input[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value is >= 0 and var result ? result : throw Malformed();
            }
        }

        throw Malformed();
    }
}
