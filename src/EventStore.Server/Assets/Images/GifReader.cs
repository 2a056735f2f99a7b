namespace EventStore.Server.Assets.Images;

/// <summary>GIF 87a and 89a: blocks are followed to the trailer.</summary>
internal static class GifReader
{
    private const byte Extension = 0x21;
    private const byte GraphicControl = 0xF9;
    private const byte Image = 0x2C;
    private const byte Trailer = 0x3B;

    public static ImageHeader Read(ImageContent content)
    {
        var version = content.Read(6);
        if (!version.SequenceEqual("GIF87a"u8) && !version.SequenceEqual("GIF89a"u8))
        {
            throw Damaged();
        }

        var header = new ImageHeader("gif", content.ReadInt16LittleEndian(), content.ReadInt16LittleEndian(), false);
        var flags = content.ReadByte();
        content.Skip(2);
        SkipColours(content, flags);
        var hasImage = false;
        while (true)
        {
            switch (content.ReadByte())
            {
                case Extension:
                    var isControl = content.ReadByte() == GraphicControl;
                    header = header with { HasAlpha = header.HasAlpha | SkipBlocks(content, isControl) };
                    break;
                case Image:
                    content.Skip(8);
                    SkipColours(content, content.ReadByte());
                    content.Skip(1);
                    SkipBlocks(content, isControl: false);
                    hasImage = true;
                    break;
                case Trailer when hasImage:
                    return header;
                default:
                    throw Damaged();
            }
        }
    }

    private static void SkipColours(ImageContent content, byte flags)
    {
        if ((flags & 0x80) != 0)
        {
            content.Skip(3 << ((flags & 7) + 1));
        }
    }

    /// <summary>Passes over a list of blocks.</summary>
    /// <returns>Whether they are a graphic control that makes a colour transparent.</returns>
    private static bool SkipBlocks(ImageContent content, bool isControl)
    {
        var isTransparent = false;
        for (int length = content.ReadByte(); length > 0; length = content.ReadByte())
        {
            var block = content.Read(length);
            isTransparent |= isControl && (block[0] & 1) != 0;
            isControl = false;
        }

        return isTransparent;
    }

    private static ImageFormatException Damaged() => new("The file is a damaged GIF image");
}
