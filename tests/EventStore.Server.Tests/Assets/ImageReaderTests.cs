using EventStore.Server.Assets.Images;

namespace EventStore.Server.Tests.Assets;

/// <summary>Headers of random images, whole and damaged.</summary>
public sealed class ImageReaderTests
{
    private const int Seed = 20_261;

    public static TheoryData<string> Formats => [.. Pictures.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_an_image_says_of_itself_is_read(string format)
    {
        var pictures = new Pictures(Seed);
        for (var round = 0; round < 500; round++)
        {
            var picture = pictures.Make(format);
            var said = new ImageHeader(format, picture.Width, picture.Height, picture.HasAlpha);
            Read(picture.Bytes).ShouldBe(said, $"seed {Seed}, round {round}");
            if (format is "png" or "jpg" or "gif" or "webp")
            {
                // What stands behind an image is not part of it.
                Read([.. picture.Bytes, 0, 1, 2, 3]).ShouldBe(said, $"seed {Seed}, round {round}");
            }
        }
    }

    [Theory]
    [InlineData(1, 640, 480)]
    [InlineData(3, 640, 480)]
    [InlineData(4, 640, 480)]
    [InlineData(5, 640, 480)]
    [InlineData(6, 640, 480)]
    [InlineData(8, 640, 480)]
    public void A_camera_held_upright_exchanges_width_and_height(int orientation, int width, int height)
    {
        var header = Read(new Pictures(Seed).Jpeg(width, height, orientation).Bytes);
        (header.Width, header.Height).ShouldBe((width, height));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_image_that_breaks_off_anywhere_is_refused(string format)
    {
        var pictures = new Pictures(Seed);
        for (var round = 0; round < 8; round++)
        {
            var picture = pictures.Make(format).Bytes;
            for (var length = 0; length < picture.Length; length += length < 700 ? 1 : 97)
            {
                Should.Throw<ImageFormatException>(() => Read(picture[..length]), $"seed {Seed}, round {round}, {length} bytes");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_damaged_image_is_refused_or_read_and_nothing_else(string format)
    {
        var random = new Random(Seed);
        var pictures = new Pictures(Seed);
        var refused = 0;
        const int rounds = 10_000;
        var picture = pictures.Make(format).Bytes;
        for (var round = 0; round < rounds; round++)
        {
            if (round % 200 == 0)
            {
                picture = pictures.Make(format).Bytes;
            }

            var damaged = (byte[])picture.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            var isDamaged = !damaged.AsSpan().SequenceEqual(picture);
            try
            {
                var header = Read(random.Next(5) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
                (format == "png" && isDamaged).ShouldBeFalse($"a checksum does not match: seed {Seed}, round {round}");
                header.Width.ShouldBeInRange(1, ServerLimits.ImageSide);
                header.Height.ShouldBeInRange(1, ServerLimits.ImageSide);
            }
            catch (ImageFormatException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(rounds / 10);
    }

    [Fact]
    public void Noise_is_refused()
    {
        var random = new Random(Seed);
        byte[][] beginnings = [[], [0xFF, 0xD8, 0xFF], [.. "GIF89a"u8], [.. "RIFF"u8], [.. "<svg "u8], [0x89, .. "PNG\r\n\u001a\n"u8]];
        for (var round = 0; round < 10_000; round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            byte[] content = [.. beginnings[round % beginnings.Length], .. noise];
            Should.Throw<ImageFormatException>(() => Read(content), $"seed {Seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg"/>""", 300, 150)]
    [InlineData("""<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="50%" viewBox="0 0 40 30"/>""", 40, 30)]
    [InlineData("""<svg width="200" viewBox="0,0,40,30"/>""", 200, 150)]
    [InlineData("""<svg height="2in" viewBox="0 0 40 30"/>""", 256, 192)]
    [InlineData("""<svg width="0" height="-5"/>""", 300, 150)]
    [InlineData("""<svg width="1e999" height="NaN" viewBox="0 0 x y"/>""", 300, 150)]
    [InlineData("""<svg width="0.1" height="25.4mm"/>""", 1, 96)]
    public void Sizes_of_drawings_are_those_that_browsers_show(string svg, int width, int height) =>
        Read(System.Text.Encoding.UTF8.GetBytes(svg)).ShouldBe(new("svg", width, height, true));

    [Theory]
    [InlineData("<html/>")]
    [InlineData("<svg>&bomb;</svg>")]
    [InlineData("""<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>""")]
    [InlineData("""<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>""")]
    [InlineData("<?xml version='1.0' encoding='no-such-encoding'?><svg/>")]
    [InlineData("<svg></svg><svg/>")]
    [InlineData("""<svg width="99999999999"/>""")]
    [InlineData("   ")]
    public void What_is_no_whole_drawing_is_refused(string text) =>
        Should.Throw<ImageFormatException>(() => Read(System.Text.Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(65_535, 65_535)]
    public void An_image_that_lies_about_its_size_is_refused(int width, int height) =>
        Should.Throw<ImageFormatException>(() => Read(new Pictures(Seed).Jpeg(width, height, 1).Bytes));

    private static ImageHeader Read(byte[] content) => ImageReader.Read(new MemoryStream(content));
}
