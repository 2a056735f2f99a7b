using System.Globalization;
using System.Text;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>The pairs that a differ without bounds would take minutes for.</summary>
internal static class WorstCases
{
    private const int Seed = 3;
    private const int SmallDocument = 100_000;
    private const int LargeDocument = 32_000_000;

    public static IReadOnlyList<WorstCase> All { get; } =
    [
        new("800 one-field objects, all edited", OneFieldObjects),
        new("array of 100 000 numbers, every tenth changed", () => (Numbers(0, false), Numbers(1, false))),
        new("array of 100 000 numbers, shuffled", () => (Numbers(0, false), Numbers(0, true))),
        .. ArrayWorstCases.All,
        .. TextWorstCases.All,
        new("random JSON of 100 kB, unrelated", () => (RandomJson(1, SmallDocument), RandomJson(2, SmallDocument))),
        new("random JSON of 32 MB, unrelated", () => (RandomJson(1, LargeDocument), RandomJson(2, LargeDocument))),
        new("32 MB of articles, one word changed", LargeWithOneChange),
    ];

    /// <summary>A pair that takes every path of the differ and little else.</summary>
    public static (byte[] Left, byte[] Right) Small => (RandomJson(1, 2000), RandomJson(2, 2000));

    private static (byte[] Left, byte[] Right) OneFieldObjects()
    {
        static byte[] Make(int shift) => Encoding.UTF8.GetBytes(
            $"[{string.Join(',', Enumerable.Range(0, 800).Select(item => $$"""{"v":{{(item * 7) + shift}}}"""))}]");
        return (Make(0), Make(3));
    }

    private static byte[] Numbers(int shift, bool shuffled)
    {
        int[] numbers =
        [
            .. Enumerable.Range(0, 100_000).Select(item => item % 10 == 0 ? item + (shift * 200_000) : item),
        ];
        if (shuffled)
        {
            new Random(Seed).Shuffle(numbers);
        }

        return Encoding.UTF8.GetBytes($"[{string.Join(',', numbers)}]");
    }

    private static (byte[] Left, byte[] Right) LargeWithOneChange()
    {
        var text = new StringBuilder("[");
        for (var item = 0; text.Length < LargeDocument; item++)
        {
            text.Append(item > 0 ? "," : string.Empty).Append(
                CultureInfo.InvariantCulture, $$"""{"_key":"k{{item}}","text":"{{new string('x', 200)}} {{item}}"}""");
        }

        var left = text.Append(']').ToString();
        var middle = left.IndexOf('x', left.Length / 2);
        return (Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(left[..middle] + "word" + left[(middle + 1)..]));
    }

    private static byte[] RandomJson(int seed, int length)
    {
        var random = new Random(seed);
        var text = new StringBuilder("[");
        while (text.Length < length)
        {
            text.Append(text.Length > 1 ? "," : string.Empty);
            AppendRandom(text, random, 5);
        }

        return CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text.Append(']').ToString()), JsonLimits.Default);
    }

    private static void AppendRandom(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 6 : 4))
        {
            case 0:
                text.Append(random.Next(1000));
                break;
            case 1:
                text.Append(random.Next(2) == 0 ? "true" : "null");
                break;
            case 2 or 3:
                text.Append('"').Append((char)('a' + random.Next(26)), random.Next(1, 30)).Append('"');
                break;
            case 4:
                text.Append('[');
                AppendItems(text, random, depth, named: false);
                text.Append(']');
                break;
            default:
                text.Append('{');
                AppendItems(text, random, depth, named: true);
                text.Append('}');
                break;
        }
    }

    private static void AppendItems(StringBuilder text, Random random, int depth, bool named)
    {
        var count = random.Next(8);
        for (var item = 0; item < count; item++)
        {
            text.Append(item > 0 ? "," : string.Empty);
            if (named)
            {
                text.Append(CultureInfo.InvariantCulture, $"\"{(char)('a' + item)}{random.Next(10)}\":");
            }

            AppendRandom(text, random, depth - 1);
        }
    }
}
