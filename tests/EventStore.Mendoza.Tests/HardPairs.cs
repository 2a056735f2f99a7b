using System.Globalization;
using System.Text;

namespace EventStore.Mendoza.Tests;

/// <summary>Pairs of documents that are much work for a differ without bounds; the same at every call.</summary>
internal static class HardPairs
{
    private const int Seed = 20261121;
    private const int Many = 100_000;

    /// <summary>Of up to about 100 KB.</summary>
    public static IEnumerable<(byte[] Left, byte[] Right)> Small =>
    [
        (List(800, i => $"{{\"a\":{i}}}"), List(800, i => $"{{\"a\":{i + 10_000}}}")),
        (List(800, i => Item(i, "first")), List(800, i => Item((i * 7) + 3, "other"))),
        (Fields(700, "k", "first"), Fields(700, "k", "other")),
        (Fields(700, "k", "first"), Fields(700, "n", "other")),
        (Blocks(300, 1, i => i), Blocks(300, 2, i => i)),
        (Blocks(300, 1, i => i), Blocks(300, 2, Shuffled(300))),
        (Blocks(300, 1, i => i), Blocks(300, 2, i => i + 1000)),
        (Deep(900, "[", "]", new string('x', 50_000)), Deep(900, "[", "]", new string('y', 50_000))),
        (Deep(900, "[1,", ",2]", "a"), Deep(900, "[2,", ",1]", "a")),
        (Deep(500, "{\"a\":\"some text that is edited\",\"b\":", "}", "a"),
            Deep(500, "{\"a\":\"some text that was edited\",\"b\":", "}", "a")),
        (Text("abcabcabd", 5000), Text("abcabdabc", 5000)),
        (Text("the same line, nearly\\n", 2000), Text("the same line, clearly\\n", 2100)),
        (Text("a", 60_000), Text("aab", 20_000)),
        (Random(1, 60_000), Random(2, 60_000)),
    ];

    /// <summary>Arrays of 100 000 elements, by what is done to them.</summary>
    public static IEnumerable<(string Name, byte[] Left, byte[] Right)> LongArrays =>
    [
        ("edited", Numbers(i => i), Numbers(i => i % 1000 == 7 ? -i : i)),
        ("shuffled", Numbers(i => i), Numbers(Shuffled(Many))),
        ("rotated", Numbers(i => i), Numbers(i => (i + 33_333) % Many)),
        ("all different", Numbers(i => i), Numbers(i => i + 200_000)),
        ("all equal", Numbers(_ => 7), Numbers(_ => 8)),
        ("equal, edited", Numbers(_ => 7), Numbers(i => i % 5000 == 77 ? 8 : 7)),
        ("objects edited", Items(i => i, 0), Items(i => i, 1)),
        ("objects shuffled", Items(i => i, 0), Items(Shuffled(Many), 1)),
    ];

    /// <summary>Two documents of about 32 MB: one edit in a hundred blocks, and all blocks edited.</summary>
    public static IEnumerable<(string Name, byte[] Left, byte[] Right)> Huge()
    {
        const int count = 160_000;
        byte[] left = Blocks(count, 1, i => i);
        yield return ("all edited", left, Blocks(count, 2, i => i));
        yield return ("rotated", left, Blocks(count, 1, i => (i + 50_000) % count));
        yield return ("random", Random(1, 32_000_000), Random(2, 32_000_000));
        yield return ("digits", Digits(1), Digits(2));
    }

    private static byte[] Numbers(Func<int, int> value) =>
        List(Many, i => value(i).ToString(CultureInfo.InvariantCulture));

    private static byte[] Items(Func<int, int> key, int shift) => List(
        Many, i => $"{{\"_key\":\"k{key(i)}\",\"n\":{key(i) + shift},\"s\":\"some text\"}}");

    private static byte[] List(int count, Func<int, string> item) =>
        Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, count).Select(item))}]");

    private static string Item(int i, string word) =>
        $"{{\"text\":\"the value of number {i} in the {word} list, long enough to edit\"}}";

    private static byte[] Fields(int count, string prefix, string word) => CanonicalJson.Canonicalize(
        Encoding.UTF8.GetBytes(
            $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{prefix}{i}\":{Item(i, word)}"))}}}"),
        JsonLimits.Default);

    private static byte[] Blocks(int count, int version, Func<int, int> key) => List(count, i => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"_key\":\"{key(i):x8}\",\"children\":[{{\"_key\":\"{key(i) * 31:x8}\",\"marks\":[],\"text\":\"Some text of "
        + $"block number {key(i)} in version {version}, and more of it, long enough.\"}}],\"style\":\"normal\"}}"));

    private static byte[] Deep(int levels, string open, string close, string core) => Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Repeat(open, levels)) + $"\"{core}\""
        + string.Concat(Enumerable.Repeat(close, levels)));

    private static byte[] Text(string part, int times) =>
        Encoding.UTF8.GetBytes($"\"{string.Concat(Enumerable.Repeat(part, times))}\"");

    private static byte[] Random(int seed, int length)
    {
        var generator = new JsonModelGenerator(new Random(Seed + seed));
        var text = new MemoryStream();
        text.Write("["u8);
        while (text.Length < length)
        {
            text.Write(text.Length > 1 ? ","u8 : []);
            text.Write(generator.Value(4).Canonical());
        }
        text.Write("]"u8);
        return text.ToArray();
    }

    /// <summary>An array so dense that its elements are too many to list.</summary>
    private static byte[] Digits(int seed)
    {
        var random = new Random(Seed + seed);
        return Encoding.UTF8.GetBytes("[" + string.Create(31_999_999, random, static (text, random) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = i % 2 == 1 ? ',' : (char)('0' + random.Next(10));
            }
        }) + "]");
    }

    private static Func<int, int> Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(Seed).Shuffle(order);
        return i => order[i];
    }
}
