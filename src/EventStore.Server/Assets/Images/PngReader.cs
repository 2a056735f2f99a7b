namespace EventStore.Server.Assets.Images;

/// <summary>PNG (W3C, third edition). Every chunk has a checksum, so damage anywhere is found.</summary>
internal static class PngReader
{
    private const uint Polynomial = 0xEDB88320;
    private const int LengthAndType = 8;
    private const int ChecksumBytes = 4;
    private const int HeaderBytes = 13;

    private static readonly uint[] Table = MakeTable();

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static ImageHeader Read(ImageContent content)
    {
        content.Skip(Signature.Length);
        ImageHeader? header = null;
        var hasPixels = false;
        while (true)
        {
            content.Require(LengthAndType + ChecksumBytes);
            var length = content.ReadInt32BigEndian();
            var type = content.Read(4).ToArray();
            content.Require(length + (long)ChecksumBytes);
            var checksum = Update(uint.MaxValue, type);
            if (header is null)
            {
                if (!type.AsSpan().SequenceEqual("IHDR"u8) || length != HeaderBytes)
                {
                    throw Damaged();
                }

                var fields = content.Read(HeaderBytes);
                header = ReadHeader(fields);
                checksum = Update(checksum, fields);
            }
            else
            {
                checksum = UpdateFrom(content, length, checksum);
            }

            if (content.ReadInt32BigEndian() != ~checksum)
            {
                throw Damaged();
            }

            switch (System.Text.Encoding.ASCII.GetString(type))
            {
                case "tRNS":
                    header = header with { HasAlpha = true };
                    break;
                case "IDAT":
                    hasPixels = true;
                    break;
                case "IEND":
                    return hasPixels ? header : throw Damaged();
            }
        }
    }

    private static ImageHeader ReadHeader(ReadOnlySpan<byte> fields)
    {
        var width = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(fields);
        var height = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(fields[4..]);
        var (depth, colour) = (fields[8], fields[9]);
        var isKnown = (colour, depth) is (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16);
        if (!isKnown || fields[10] != 0 || fields[11] != 0 || fields[12] > 1 || width > int.MaxValue
            || height > int.MaxValue)
        {
            throw Damaged();
        }

        return new("png", (int)width, (int)height, HasAlpha: colour is 4 or 6);
    }

    private static uint UpdateFrom(ImageContent content, long length, uint checksum)
    {
        while (length > 0)
        {
            var bytes = content.ReadSome(length);
            checksum = Update(checksum, bytes);
            length -= bytes.Length;
        }

        return checksum;
    }

    private static uint Update(uint checksum, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            checksum = Table[(byte)(checksum ^ value)] ^ (checksum >> 8);
        }

        return checksum;
    }

    private static uint[] MakeTable() => Enumerable.Range(0, 256)
        .Select(value => Enumerable.Range(0, 8).Aggregate(
            (uint)value, (rest, _) => (rest & 1) == 0 ? rest >> 1 : Polynomial ^ (rest >> 1)))
        .ToArray();

    private static ImageFormatException Damaged() => new("The file is a damaged PNG image");
}
