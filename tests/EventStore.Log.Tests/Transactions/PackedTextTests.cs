using System.Text;
using EventStore.Log.Transactions;

namespace EventStore.Log.Tests.Transactions;

public sealed class PackedTextTests
{
    private static readonly string[] Pieces =
    [
        "[17,\"2024-12-05T16:31:54Z\",\"_createdAt\",17,", "\"version\"]", "0123456789abcdef0123456789abcdef", "0", ",\".-:T",
        "ä", "👩‍👩‍👧", "\n", "{\"_type\":\"block\",\"_key\":\"", new('a', 76), "\0\u0001\u007f", "10,4,10,0,",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_text_comes_back_byte_for_byte(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var beside = Text(random);
            var text = random.Next(4) == 0 ? Mixed(random, beside) : Text(random);
            var packed = PackedText.Pack(text, beside);

            packed.Length.ShouldBeLessThanOrEqualTo(text.Length + 1);
            PackedText.Length(packed).ShouldBe(text.Length);
            PackedText.Unpack(packed, beside).ShouldBe(text, $"seed {seed}, round {round}");
            PackedText.Unpack(PackedText.Pack(text)).ShouldBe(text, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Texts_of_every_size_come_back()
    {
        var random = new Random(4);
        foreach (var length in new[] { 0, 1, 2, 3, 4, 63, 64, 65, 66, 67, 127, 128, 129, 16_383, 16_384, 70_000, 3_000_000 })
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            PackedText.Unpack(PackedText.Pack(noise)).AsSpan().SequenceEqual(noise).ShouldBeTrue();

            var repeated = new byte[length];
            Array.Fill(repeated, (byte)'x');
            PackedText.Unpack(PackedText.Pack(repeated)).AsSpan().SequenceEqual(repeated).ShouldBeTrue();

            // The same text beside it is one copy; a small text after a large one finds nothing of it.
            var copied = PackedText.Pack(noise, noise);
            PackedText.Unpack(copied, noise).AsSpan().SequenceEqual(noise).ShouldBeTrue();
            copied.Length.ShouldBeLessThan(length < 8_000 ? 16 : length + 2);
        }
    }

    [Fact]
    public void Patches_that_mirror_each_other_take_two_fifths_of_their_size()
    {
        ReadOnlySpan<byte> apply =
            "[17,\"2024-12-05T16:31:54Z\",\"_createdAt\",17,\"2024-12-05T16:31:54Z\",\"_updatedAt\","u8
            + "11,14,23,0,60,22,\"20\",23,62,85,15,17,\"2.1.20\",\"version\"]"u8;
        ReadOnlySpan<byte> revert =
            "[17,\"2024-11-27T20:29:03Z\",\"_createdAt\",17,\"2024-11-27T20:29:03Z\",\"_updatedAt\","u8
            + "11,14,23,0,60,22,\"19\",23,62,85,15,17,\"2.1.19\",\"version\"]"u8;

        (PackedText.Pack(apply).Length + PackedText.Pack(revert, apply).Length).ShouldBeLessThan((apply.Length + revert.Length) * 2 / 5);
    }

    [Fact]
    public void What_the_first_schema_stored_is_read() =>
        PackedText.Unpack([0, .. "[]"u8]).ShouldBe("[]"u8.ToArray());

    [Fact]
    public void The_stored_form_stays_what_it_is()
    {
        // Rows of years ago have this form, so a change of the tables behind it must not go unnoticed.
        const string text = "[17,\"2024-12-05T16:31:54Z\",\"_updatedAt\",17,\"c6538e5d53ad1bd9dd3d\",\"hash\",15]";
        var packed = Convert.FromHexString("014C8250472024D12D05F16E31E501345A8D510037C085346453AD1BD9DD3D81D7050261736881C901005D");
        PackedText.Unpack(packed, "the text beside it, c6538e5d"u8).ShouldBe(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void Damage_gives_an_error_or_another_text_but_never_a_crash()
    {
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var text = Text(random);
            var packed = PackedText.Pack(text);
            for (var damages = random.Next(1, 4); damages > 0 && packed.Length > 0; damages--)
            {
                packed[random.Next(packed.Length)] = (byte)random.Next(256);
            }

            try
            {
                PackedText.Unpack(packed[..random.Next(packed.Length + 1)]);
            }
            catch (InvalidDataException)
            {
                // The one error there is.
            }
        }
    }

    private static byte[] Text(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(40); count > 0; count--)
        {
            var piece = Pieces[random.Next(Pieces.Length)];
            text.Append(random.Next(3) == 0 ? random.NextInt64().ToString("x", null) : piece);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Mixed(Random random, byte[] beside)
    {
        var text = new List<byte>();
        for (var count = random.Next(6); count > 0; count--)
        {
            var start = random.Next(beside.Length + 1);
            text.AddRange(beside[start..random.Next(start, beside.Length + 1)]);
            text.AddRange(Text(random).Take(random.Next(9)));
        }

        return [.. text];
    }
}
