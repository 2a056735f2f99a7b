namespace EventStore.Server.Assets.Images;

/// <summary>
/// Recognises images by their first bytes and reads what they say of themselves. Their structure is followed to its
/// end, so that what is cut off or damaged is found out where the format allows it; pixels are not decoded.
/// </summary>
internal static class ImageReader
{
    private const int SignatureBytes = 16;

    /// <summary>Reads an image.</summary>
    /// <param name="content">A stream that can seek; read from its beginning.</param>
    /// <exception cref="ImageFormatException">It is no whole image of a format that is understood.</exception>
    public static ImageHeader Read(Stream content)
    {
        Span<byte> signature = stackalloc byte[SignatureBytes];
        content.Position = 0;
        signature = signature[..content.ReadAtLeast(signature, SignatureBytes, throwOnEndOfStream: false)];
        content.Position = 0;
        var header = signature switch
        {
            _ when signature.StartsWith(PngReader.Signature) => PngReader.Read(new(content)),
            [0xFF, 0xD8, 0xFF, ..] => JpegReader.Read(new(content)),
            _ when signature.StartsWith("GIF8"u8) => GifReader.Read(new(content)),
            _ when signature.StartsWith("RIFF"u8) => WebPReader.Read(new(content)),
            _ when SvgReader.MayBegin(signature) => SvgReader.Read(content),
            _ => throw new ImageFormatException("The file is no PNG, JPEG, GIF, WebP or SVG image"),
        };
        var pixels = (long)header.Width * header.Height;
        if (header.Width > ServerLimits.ImageSide || header.Height > ServerLimits.ImageSide
            || pixels > ServerLimits.ImagePixels)
        {
            throw new ImageFormatException(
                $"The image says that it has {header.Width} by {header.Height} pixels: at most "
                + $"{ServerLimits.ImageSide} each way and {ServerLimits.ImagePixels} in all are taken");
        }

        return header.Width > 0 && header.Height > 0
            ? header
            : throw new ImageFormatException("The image says that it has no pixels");
    }
}
