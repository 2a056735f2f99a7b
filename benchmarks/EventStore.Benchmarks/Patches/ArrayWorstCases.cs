using System.Globalization;
using System.Text;

namespace EventStore.Benchmarks.Patches;

/// <summary>Arrays that are hard to diff: long, dense, repetitive, or changed everywhere.</summary>
internal static class ArrayWorstCases
{
    private const int Seed = 7;
    private const int Many = 100_000;
    private const int LargeCount = 160_000;

    public static IReadOnlyList<WorstCase> All { get; } =
    [
        new(
            "800 objects of one text, all edited",
            () => (List(800, i => Item(i, "first")), List(800, i => Item(i * 7, "next")))),
        new("500 blocks, all edited", () => (Blocks(500, 1, i => i), Blocks(500, 2, i => i))),
        new("500 blocks, all edited and shuffled", () => (Blocks(500, 1, i => i), Blocks(500, 2, Shuffled(500)))),
        new("500 blocks, all replaced", () => (Blocks(500, 1, i => i), Blocks(500, 2, i => i + 1000))),
        new("array of 100 000 numbers, rotated", () => (Numbers(i => i), Numbers(i => (i + 33_333) % Many))),
        new("array of 100 000 numbers, all different", () => (Numbers(i => i), Numbers(i => i + 200_000))),
        new("array of 100 000 equal numbers, one more", () => (Numbers(_ => 7), List(Many + 1, _ => "7"))),
        new("array of 100 000 equal numbers, all changed", () => (Numbers(_ => 7), Numbers(_ => 8))),
        new("array of 100 000 objects, all edited", () => (Objects(i => i, 0), Objects(i => i, 1))),
        new("array of 100 000 objects, edited and shuffled", () => (Objects(i => i, 0), Objects(Shuffled(Many), 1))),
        new(
            "32 MB of blocks, rotated",
            () => (Blocks(LargeCount, 1, i => i), Blocks(LargeCount, 1, i => (i + 9) % LargeCount))),
        new("32 MB of blocks, all edited", () => (Blocks(LargeCount, 1, i => i), Blocks(LargeCount, 2, i => i))),
        new(
            "32 MB of blocks, all replaced",
            () => (Blocks(LargeCount, 1, i => i), Blocks(LargeCount, 2, i => i + 1_000_000))),
        new("32 MB of digits, unrelated", () => (Digits(1), Digits(2))),
    ];

    private static byte[] Numbers(Func<int, int> value) =>
        List(Many, item => value(item).ToString(CultureInfo.InvariantCulture));

    private static byte[] Objects(Func<int, int> key, int shift) => List(
        Many, item => $$"""{"_key":"k{{key(item)}}","n":{{key(item) + shift}},"s":"some text"}""");

    private static string Item(int number, string word) =>
        $$"""{"text":"the value of number {{number}} in the {{word}} list, long enough to edit"}""";

    private static byte[] Blocks(int count, int version, Func<int, int> key) => List(
        count,
        item => $$"""{"_key":"{{key(item):x8}}","children":[{"_key":"{{key(item) * 31:x8}}","marks":[],"text":"Some """
            + $$"""text of block number {{key(item)}} in version {{version}}, and more of it, so that it is long """
            + """enough to matter in a benchmark."}],"style":"normal"}""");

    private static byte[] List(int count, Func<int, string> item) =>
        Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, count).Select(item))}]");

    private static byte[] Digits(int seed)
    {
        var random = new Random(seed);
        return List(16_000_000, _ => ((char)('0' + random.Next(10))).ToString());
    }

    private static Func<int, int> Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(Seed).Shuffle(order);
        return item => order[item];
    }
}
