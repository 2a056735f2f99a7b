using System.Buffers.Binary;

namespace EventStore.Server.Assets.Images;

/// <summary>
/// JPEG (ITU T.81), with the orientation that cameras write into its EXIF part. Segments and scans are followed to the
/// end marker; what stands behind it, such as the further pictures of some phones, is nobody's business.
/// </summary>
internal static class JpegReader
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte ApplicationOne = 0xE1;
    private const int FrameBytes = 6;
    private const int LengthBytes = 2;

    public static ImageHeader Read(ImageContent content)
    {
        content.Skip(2);
        ImageHeader? header = null;
        var isTurned = false;
        var hasScan = false;
        var marker = ReadMarker(content);
        while (marker != EndOfImage)
        {
            if (!IsAlone(marker))
            {
                ReadSegment(content, marker, ref header, ref isTurned);
            }

            hasScan |= marker == StartOfScan;
            marker = marker == StartOfScan ? SkipScan(content) : ReadMarker(content);
        }

        return header is not null && hasScan ? Turn(header, isTurned) : throw Damaged();
    }

    private static void ReadSegment(
        ImageContent content, byte marker, ref ImageHeader? header, ref bool isTurned)
    {
        // Below are reserved codes, and the start of the image inside itself.
        var length = marker is >= 0xC0 and not 0xD8 ? content.ReadInt16BigEndian() - LengthBytes : -1;
        if (length < 0)
        {
            throw Damaged();
        }

        content.Require(length);
        var segment = content.Read(length);
        if (IsFrame(marker))
        {
            header ??= ReadFrame(segment);
        }
        else if (marker == ApplicationOne)
        {
            isTurned |= ExifOrientation.IsTurned(segment);
        }
    }

    private static ImageHeader Turn(ImageHeader header, bool isTurned) =>
        isTurned ? header with { Width = header.Height, Height = header.Width } : header;

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    /// <summary>Markers without a segment.</summary>
    private static bool IsAlone(byte marker) => marker is 0x01 or (>= 0xD0 and <= 0xD7);

    private static ImageHeader ReadFrame(ReadOnlySpan<byte> segment) => segment.Length < FrameBytes
        ? throw Damaged()
        : new(
            "jpg",
            Width: BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
            Height: BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            HasAlpha: false);

    private static byte ReadMarker(ImageContent content)
    {
        if (content.ReadByte() != 0xFF)
        {
            throw Damaged();
        }

        byte marker;
        do
        {
            marker = content.ReadByte();
        }
        while (marker == 0xFF);

        return marker;
    }

    /// <summary>
    /// Passes over compressed data, in which a marker's first byte is followed by a zero or a restart, to the marker
    /// behind it.
    /// </summary>
    private static byte SkipScan(ImageContent content)
    {
        while (true)
        {
            content.SkipPast(0xFF);
            byte next;
            do
            {
                next = content.ReadByte();
            }
            while (next == 0xFF);

            if (next != 0 && !IsAlone(next))
            {
                return next;
            }
        }
    }

    private static ImageFormatException Damaged() => new("The file is a damaged JPEG image");
}
