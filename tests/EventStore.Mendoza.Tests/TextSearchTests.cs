using System.Text;
using EventStore.Mendoza.Diffing.Matching;

namespace EventStore.Mendoza.Tests;

/// <summary>The search by two rare bytes, against the library's.</summary>
public sealed class TextSearchTests
{
    private const int Seed = 20261127;

    [Fact]
    public void The_first_place_from_an_offset_on_is_found()
    {
        var random = new Random(Seed);
        int found = 0;
        const int Searches = 100_000;
        for (int i = 0; i < Searches; i++)
        {
            // Few different bytes, so that the rare ones come together often without the rest.
            string letters = random.Next(3) switch { 0 => "aq", 1 => "aeq7\"", _ => "abcdefg,:\"{}xyzå" };
            byte[] text = RandomText(random, letters, random.Next(0, 400));
            byte[] value = random.Next(2) == 0 && text.Length > 0
                ? Part(random, text)
                : RandomText(random, letters, random.Next(1, 40));
            int from = random.Next(0, text.Length + 1);
            int expected = text.AsSpan(from).IndexOf(value);
            TextSearch.IndexOf(text, from, value).ShouldBe(
                expected < 0 ? -1 : from + expected,
                $"seed {Seed}, search {i}: {Encoding.UTF8.GetString(value)} in {Encoding.UTF8.GetString(text)}");
            found += expected >= 0 ? 1 : 0;
        }
        found.ShouldBeInRange(Searches / 10, Searches * 9 / 10);
    }

    [Fact]
    public void What_stands_at_the_very_end_is_found_and_what_goes_beyond_it_is_not()
    {
        for (int length = 1; length <= 300; length++)
        {
            byte[] text = [.. Enumerable.Repeat((byte)'a', length - 1), (byte)'q'];
            for (int taken = 1; taken <= Math.Min(length, 40); taken++)
            {
                byte[] value = text[^taken..];
                TextSearch.IndexOf(text, 0, value).ShouldBe(length - taken);
                TextSearch.IndexOf(text, length - taken + 1, value).ShouldBe(-1);
                TextSearch.IndexOf(text, 0, [.. value, (byte)'a']).ShouldBe(-1);
            }
        }
    }

    private static byte[] RandomText(Random random, string letters, int length) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)])));

    private static byte[] Part(Random random, byte[] text)
    {
        int from = random.Next(text.Length);
        return text[from..random.Next(from + 1, text.Length + 1)];
    }
}
