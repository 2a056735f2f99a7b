using System.Text;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>Blocks of brackets in any order, against counting them one by one.</summary>
public sealed class BracketLevelsTests
{
    private const int Seed = 20261126;
    private const int Blocks = 200_000;

    [Fact]
    public void Commas_at_the_level_of_the_children_part_them_up_to_the_closing_bracket()
    {
        var random = new Random(Seed);
        for (int i = 0; i < Blocks; i++)
        {
            string text = RandomBlock(random);
            int level = RandomLevel(random);
            int depth = level;
            var block = default(JsonBlocks);
            block.Opens = Places(text, '[');
            block.Closes = Places(text, ']');
            block.Commas = Places(text, ',');

            ulong separators = BracketLevels.Separators(
                block.Opens, block.Closes, block.Commas, ref depth, out ulong close);

            ulong expected = ExpectedSeparators(text, level, out ulong expectedClose);
            string about = $"seed {Seed}, block {i}, level {level}: {text}";
            close.ShouldBe(expectedClose, about);
            (separators & Before(close)).ShouldBe(expected, about);
            depth.ShouldBe(level + text.Count(c => c == '[') - text.Count(c => c == ']'), about);
        }
    }

    [Fact]
    public void The_bracket_that_closes_what_is_open_is_found_however_deep_it_lies()
    {
        var random = new Random(Seed + 1);
        int found = 0;
        for (int i = 0; i < Blocks; i++)
        {
            string text = RandomBlock(random);
            int level = RandomLevel(random);
            ExpectedSeparators(text, level, out ulong expected);
            ulong close = BracketLevels.Close(Places(text, '['), Places(text, ']'), level);
            close.ShouldBe(expected, $"seed {Seed + 1}, block {i}, level {level}: {text}");
            found += close != 0 ? 1 : 0;
        }
        found.ShouldBeInRange(Blocks / 10, Blocks * 9 / 10);
    }

    /// <summary>Blocks lean to opening or to closing, and some are little but brackets.</summary>
    private static string RandomBlock(Random random)
    {
        var text = new StringBuilder();
        int brackets = random.Next(2, 65);
        int opening = random.Next(1, 10);
        while (text.Length < BlockMasks.BlockLength)
        {
            text.Append(random.Next(64) >= brackets ? random.Next(3) == 0 ? ',' : 'x'
                : random.Next(10) < opening ? '[' : ']');
        }
        return text.ToString();
    }

    private static int RandomLevel(Random random) =>
        random.Next(4) == 0 ? random.Next(1, 100) : random.Next(1, 6);

    private static ulong Places(string text, char mark)
    {
        ulong places = 0;
        for (int i = 0; i < text.Length; i++)
        {
            places |= text[i] == mark ? 1UL << i : 0;
        }
        return places;
    }

    /// <summary>What lies before a bracket; everything when there is none.</summary>
    private static ulong Before(ulong bracket) => bracket - 1;

    private static ulong ExpectedSeparators(string text, int level, out ulong close)
    {
        ulong separators = 0;
        close = 0;
        for (int i = 0; i < text.Length; i++)
        {
            level += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (level == 0)
            {
                close = 1UL << i;
                break;
            }
            separators |= level == 1 && text[i] == ',' ? 1UL << i : 0;
        }
        return separators;
    }
}
