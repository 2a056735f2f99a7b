using System.Buffers.Binary;

namespace EventStore.Server.Assets.Images;

/// <summary>WebP (RFC 9649): a list of chunks in a container that says how long it is.</summary>
internal static class WebPReader
{
    private const int ChunkHeaderBytes = 8;
    private const int LossyHeaderBytes = 10;
    private const int LosslessHeaderBytes = 5;
    private const int ExtendedBytes = 10;
    private const byte AlphaFlag = 0x10;
    private const byte LosslessSignature = 0x2F;
    private const int SideMask = 0x3FFF;

    public static ImageHeader Read(ImageContent content)
    {
        content.Skip(4);
        long left = content.ReadInt32LittleEndian();
        content.Require(left);
        if (left < 4 || !content.Read(4).SequenceEqual("WEBP"u8))
        {
            throw Damaged();
        }

        ImageHeader? header = null;
        var hasPixels = false;
        for (left -= 4; left > 0;)
        {
            if (left < ChunkHeaderBytes)
            {
                throw Damaged();
            }

            var type = System.Text.Encoding.ASCII.GetString(content.Read(4));
            long length = content.ReadInt32LittleEndian();
            var padded = length + (length & 1);
            left -= ChunkHeaderBytes + padded;
            if (left < 0)
            {
                throw Damaged();
            }

            hasPixels |= type is "VP8 " or "VP8L" or "ANMF";
            if (header is null)
            {
                header = ReadHeader(content, type, length, out var read);
                padded -= read;
            }

            content.Skip(padded);
        }

        return header is not null && hasPixels ? header : throw Damaged();
    }

    private static ImageHeader ReadHeader(ImageContent content, string type, long length, out int read)
    {
        read = type switch
        {
            "VP8 " => LossyHeaderBytes,
            "VP8L" => LosslessHeaderBytes,
            "VP8X" => ExtendedBytes,
            _ => throw Damaged(),
        };
        if (length < read)
        {
            throw Damaged();
        }

        var fields = content.Read(read);
        return read switch
        {
            LosslessHeaderBytes => ReadLossless(fields),
            _ when type == "VP8X" => new(
                "webp", Three(fields[4..]) + 1, Three(fields[7..]) + 1, (fields[0] & AlphaFlag) != 0),
            _ => ReadLossy(fields),
        };
    }

    /// <summary>A key frame of VP8 (RFC 6386, section 9.1).</summary>
    private static ImageHeader ReadLossy(ReadOnlySpan<byte> fields) =>
        (fields[0] & 1) == 0 && fields[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A])
            ? new(
                "webp",
                BinaryPrimitives.ReadUInt16LittleEndian(fields[6..]) & SideMask,
                BinaryPrimitives.ReadUInt16LittleEndian(fields[8..]) & SideMask,
                HasAlpha: false)
            : throw Damaged();

    private static ImageHeader ReadLossless(ReadOnlySpan<byte> fields)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(fields[1..]);
        return fields[0] == LosslessSignature && bits >> 29 == 0
            ? new("webp", (int)(bits & SideMask) + 1, (int)((bits >> 14) & SideMask) + 1, ((bits >> 28) & 1) != 0)
            : throw Damaged();
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static ImageFormatException Damaged() => new("The file is a damaged WebP image");
}
