using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace EventStore.Server.Assets.Images;

/// <summary>
/// SVG: any well-formed XML whose root is an <c>svg</c>. Nothing outside the file is looked at, and a document type
/// definition is passed over, so entities cannot blow it up.
/// </summary>
internal static partial class SvgReader
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    /// <summary>The size that browsers give to an image that says nothing of its own.</summary>
    private const int DefaultWidth = 300;
    private const int DefaultHeight = 150;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = ServerLimits.SvgCharacters,
        CloseInput = false,
    };

    /// <summary>
    /// Whether XML can begin so: with white space or a mark of its encoding before the first bracket.
    /// </summary>
    public static bool MayBegin(ReadOnlySpan<byte> signature) =>
        signature.StartsWith<byte>([0xEF, 0xBB, 0xBF])
        || signature.StartsWith<byte>([0xFE, 0xFF])
        || signature.StartsWith<byte>([0xFF, 0xFE])
        || signature.TrimStart(" \t\r\n"u8).StartsWith("<"u8)
        || signature.Trim(" \t\r\n"u8).IsEmpty;

    public static ImageHeader Read(Stream content)
    {
        try
        {
            using var reader = XmlReader.Create(content, Settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "svg"
                || reader.NamespaceURI is not (Namespace or ""))
            {
                throw new ImageFormatException("The file is no PNG, JPEG, GIF, WebP or SVG image");
            }

            var (width, height) = SizeOf(reader["width"], reader["height"], reader["viewBox"]);
            while (reader.Read())
            {
                // To its end: what is cut off is not well-formed.
            }

            return new("svg", Round(width), Round(height), HasAlpha: true);
        }
        catch (Exception exception) when (exception is XmlException or ArgumentException or NotSupportedException)
        {
            throw new ImageFormatException($"The file is no whole SVG image: {exception.Message}");
        }
    }

    private static (double Width, double Height) SizeOf(string? widthText, string? heightText, string? viewBox)
    {
        var width = Length(widthText);
        var height = Length(heightText);
        var box = viewBox?.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var boxWidth = box is [_, _, var third, _] ? Number(third) : null;
        var boxHeight = box is [_, _, _, var fourth] ? Number(fourth) : null;
        var ratio = boxWidth > 0 && boxHeight > 0 ? boxWidth / boxHeight : null;
        return (
            width ?? (height * ratio) ?? (ratio is null ? DefaultWidth : boxWidth!.Value),
            height ?? (width / ratio) ?? (ratio is null ? DefaultHeight : boxHeight!.Value));
    }

    /// <summary>A length in pixels; null when it is relative to something else.</summary>
    private static double? Length(string? text)
    {
        var match = LengthPattern().Match(text ?? string.Empty);
        if (!match.Success || Number(match.Groups[1].Value) is not { } number)
        {
            return null;
        }

        return match.Groups[2].Value switch
        {
            "" or "px" => number,
            "pt" => number * 96 / 72,
            "pc" => number * 16,
            "in" => number * 96,
            "cm" => number * 96 / 2.54,
            "mm" => number * 96 / 25.4,
            _ => null,
        };
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) && number > 0
            ? number
            : null;

    private static int Round(double length) => (int)Math.Clamp(Math.Round(length), 1, int.MaxValue);

    [GeneratedRegex(@"\A\s*([0-9.eE+-]{1,32}?)\s*([a-z%]{0,4})\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LengthPattern();
}
