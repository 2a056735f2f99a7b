using System.Buffers.Binary;

namespace EventStore.Server.Assets.Images;

/// <summary>The one field of EXIF (CIPA DC-008) that changes how large an image is to be shown.</summary>
internal static class ExifOrientation
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;
    private const int EntryBytes = 12;
    private const int HeaderBytes = 8;

    /// <summary>
    /// Whether a segment of a JPEG file says that width and height are to be exchanged. What is damaged says nothing.
    /// </summary>
    public static bool IsTurned(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith("Exif\0\0"u8))
        {
            return false;
        }

        var tiff = segment[6..];
        var isBigEndian = tiff.StartsWith("MM"u8);
        if (tiff.Length < HeaderBytes || (!isBigEndian && !tiff.StartsWith("II"u8)))
        {
            return false;
        }

        var directory = isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(tiff[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return false;
        }

        var entries = tiff[(int)directory..];
        var count = Short(entries, isBigEndian);
        entries = entries[2..];
        for (; count > 0 && entries.Length >= EntryBytes; count--, entries = entries[EntryBytes..])
        {
            if (Short(entries, isBigEndian) == OrientationTag && Short(entries[2..], isBigEndian) == ShortType)
            {
                return Short(entries[8..], isBigEndian) is >= 5 and <= 8;
            }
        }

        return false;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
