using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace EventStore.Server.Tests.Assets;

/// <summary>Makes small images of all formats from a random number: whole in structure, with nothing much to see.</summary>
internal sealed class Pictures(int seed)
{
    private readonly Random _random = new(seed);

    public static readonly string[] Formats = ["png", "jpg", "gif", "webp", "svg"];

    /// <summary>An image of a format with random sides, some of them with an alpha channel.</summary>
    public Picture Make(string format)
    {
        var width = _random.Next(1, 3000);
        var height = _random.Next(1, 3000);
        return format switch
        {
            "png" => Png((width % 60) + 1, (height % 60) + 1),
            "jpg" => Jpeg(width, height),
            "gif" => Gif(width, height),
            "webp" => WebP(width, height),
            _ => Svg(width, height),
        };
    }

    public Picture Png(int width, int height)
    {
        byte[] colours = [0, 2, 4, 6];
        var colour = colours[_random.Next(colours.Length)];
        var channels = colour switch { 0 => 1, 2 => 3, 4 => 2, _ => 4 };
        var isKeyed = colour is 0 or 2 && _random.Next(2) == 0;
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colour);
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var row = 0; row < height; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(Noise(width * channels, 3));
            }
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR", header);
        Chunk(file, "tEXt", Encoding.ASCII.GetBytes("Comment\0" + new string('x', _random.Next(50))));
        if (isKeyed)
        {
            Chunk(file, "tRNS", new byte[colour == 0 ? 2 : 6]);
        }

        var data = pixels.ToArray();
        var half = data.Length / 2;
        Chunk(file, "IDAT", data[..half]);
        Chunk(file, "IDAT", data[half..]);
        Chunk(file, "IEND", []);
        return new("png", file.ToArray(), width, height, isKeyed || colour >= 4);
    }

    /// <param name="width">As it is to be shown.</param>
    /// <param name="height">As it is to be shown.</param>
    /// <param name="orientation">1 to 8, as EXIF has it; random when absent.</param>
    public Picture Jpeg(int width, int height, int? orientation = null)
    {
        var turn = orientation ?? _random.Next(0, 9);
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        Segment(file, 0xE0, "JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0"u8);
        if (turn > 0)
        {
            Segment(file, 0xE1, Exif(turn, isBigEndian: _random.Next(2) == 0));
        }

        Segment(file, 0xDB, Noise(65, 200));
        var (storedWidth, storedHeight) = turn >= 5 ? (height, width) : (width, height);
        var frame = new byte[15];
        frame[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)storedHeight);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3), (ushort)storedWidth);
        frame[5] = 3;
        Segment(file, _random.Next(2) == 0 ? (byte)0xC0 : (byte)0xC2, frame);
        for (var scan = _random.Next(1, 4); scan > 0; scan--)
        {
            Segment(file, 0xC4, Noise(20, 16));
            Segment(file, 0xDA, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
            file.Write(Noise(_random.Next(1, 500), 255));
            file.Write([0xFF, 0x00, 0xFF, 0xD0]);
            file.Write(Noise(_random.Next(1, 500), 255));
        }

        file.Write([0xFF, 0xD9]);
        return new("jpg", file.ToArray(), width, height, false);
    }

    public Picture Gif(int width, int height)
    {
        var isTransparent = _random.Next(2) == 0;
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        Short(file, width);
        Short(file, height);
        file.Write([0x91, 0, 0]);
        file.Write(Noise(12, 256));
        file.Write([0x21, 0xF9, 4, (byte)(isTransparent ? 1 : 0), 10, 0, 0, 0]);
        for (var image = _random.Next(1, 4); image > 0; image--)
        {
            file.Write([0x2C, 0, 0, 0, 0]);
            Short(file, width);
            Short(file, height);
            file.Write([0, 2]);
            for (var block = _random.Next(1, 4); block > 0; block--)
            {
                var length = _random.Next(1, 256);
                file.WriteByte((byte)length);
                file.Write(Noise(length, 256));
            }

            file.WriteByte(0);
        }

        file.WriteByte(0x3B);
        return new("gif", file.ToArray(), width, height, isTransparent);
    }

    public Picture WebP(int width, int height)
    {
        var kind = _random.Next(3);
        var hasAlpha = kind != 0 && _random.Next(2) == 0;
        var noise = Noise(_random.Next(10, 300), 256);
        byte[] lossy = [0x10, 0, 0, 0x9D, 0x01, 0x2A, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), .. noise];
        var bits = (uint)(width - 1) | ((uint)(height - 1) << 14) | (hasAlpha ? 1u << 28 : 0);
        byte[] lossless = [0x2F, (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24), .. noise];
        byte[] canvas =
        [
            (byte)(hasAlpha ? 0x10 : 0), 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1),
            (byte)((height - 1) >> 8), 0,
        ];
        using var body = new MemoryStream();
        body.Write("WEBP"u8);
        if (kind == 2)
        {
            Riff(body, "VP8X", canvas);
        }

        Riff(body, kind == 1 ? "VP8L" : "VP8 ", kind == 1 ? lossless : lossy);
        using var file = new MemoryStream();
        file.Write("RIFF"u8);
        file.Write(BitConverter.GetBytes((int)body.Length));
        file.Write(body.ToArray());
        return new("webp", file.ToArray(), width, height, hasAlpha);
    }

    public Picture Svg(int width, int height)
    {
        var size = _random.Next(4) switch
        {
            0 => $"width=\"{width}\" height=\"{height}px\"",
            1 => $"viewBox=\"0 0 {width} {height}\"",
            2 => $"width=\"{width}\" height=\"{height}\" viewBox=\"0 0 1 1\"",
            _ => $"width='{width}.0' height='{height}'",
        };
        var text = $"""
            <?xml version="1.0"?>
            <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://nowhere.invalid/svg11.dtd">
            <!-- {_random.Next()} --><svg xmlns="http://www.w3.org/2000/svg" {size}><g><rect width="1" height="2"/>æøå</g></svg>
            """;
        return new("svg", Encoding.UTF8.GetBytes(text), width, height, true);
    }

    /// <summary>A directory with another entry before that of the orientation.</summary>
    private static byte[] Exif(int orientation, bool isBigEndian)
    {
        var bytes = new byte[6 + 8 + 2 + 24];
        "Exif\0\0"u8.CopyTo(bytes);
        var tiff = bytes.AsSpan(6);
        (isBigEndian ? "MM"u8 : "II"u8).CopyTo(tiff);
        Action<int, int, int> put = (at, value, length) =>
        {
            var target = bytes.AsSpan(6 + at, length);
            for (var index = 0; index < length; index++)
            {
                target[index] = (byte)(value >> (8 * (isBigEndian ? length - 1 - index : index)));
            }
        };
        put(2, 42, 2);
        put(4, 8, 4);
        put(8, 2, 2);
        put(10, 0x0100, 2);
        put(12, 4, 2);
        put(14, 1, 4);
        put(22, 0x0112, 2);
        put(24, 3, 2);
        put(26, 1, 4);
        put(30, orientation, 2);
        return bytes;
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(body));
        file.Write(number);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var rest = uint.MaxValue;
        foreach (var value in bytes)
        {
            rest ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                rest = (rest >> 1) ^ (0xEDB88320 & (0u - (rest & 1)));
            }
        }

        return ~rest;
    }

    private static void Segment(Stream file, byte marker, ReadOnlySpan<byte> body)
    {
        file.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        file.Write(body);
    }

    private static void Riff(Stream file, string type, byte[] data)
    {
        file.Write(Encoding.ASCII.GetBytes(type));
        file.Write(BitConverter.GetBytes(data.Length));
        file.Write(data);
        file.Write(new byte[data.Length % 2]);
    }

    private static void Short(Stream file, int value) => file.Write([(byte)value, (byte)(value >> 8)]);

    private byte[] Noise(int length, int below)
    {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            bytes[index] = (byte)_random.Next(below);
        }

        return bytes;
    }
}

/// <summary>An image and what it says of itself.</summary>
internal sealed record Picture(string Format, byte[] Bytes, int Width, int Height, bool HasAlpha);
