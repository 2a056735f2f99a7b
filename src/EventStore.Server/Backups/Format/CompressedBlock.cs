using System.IO.Compression;

namespace EventStore.Server.Backups.Format;

/// <summary>A block of a part: its length before compression, then its bytes compressed with Brotli.</summary>
internal static class CompressedBlock
{
    private const int Quality = 6;
    private const int WindowBits = 22;

    public static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out var length, Quality, WindowBits))
        {
            throw new InvalidOperationException("A block could not be compressed");
        }

        var writer = new FieldWriter();
        writer.Number(plain.Length);
        writer.Raw(packed.AsSpan(0, length));
        return writer.Written;
    }

    /// <exception cref="BackupDamagedException">It is no such block.</exception>
    public static byte[] Decode(ReadOnlyMemory<byte> block)
    {
        var reader = new FieldReader(block);
        var length = reader.Number();
        if (length > ServerLimits.BackupBlockBytesMost)
        {
            throw FieldReader.Broken();
        }

        var plain = GC.AllocateUninitializedArray<byte>((int)length);
        return BrotliDecoder.TryDecompress(block.Span[reader.Position..], plain, out var written) && written == length
            ? plain
            : throw FieldReader.Broken();
    }
}
