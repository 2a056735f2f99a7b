using System.Text;

namespace EventStore.Benchmarks.Patches;

/// <summary>Strings and nesting that are hard to diff.</summary>
internal static class TextWorstCases
{
    private const int Levels = 900;
    private const int LargeDocument = 32_000_000;

    public static IReadOnlyList<WorstCase> All { get; } =
    [
        new("repetitive string, 100 kB", () => (Text("abcabcabd", 11_000), Text("abcabdabc", 11_000))),
        new("string of one letter, 90 kB", () => (Text("a", 90_000), Text("aab", 30_000))),
        new(
            "string of like lines, 70 kB",
            () => (Text("the same line, nearly\\n", 3000), Text("the same line, truly\\n", 3100))),
        new(
            "900 levels around one text",
            () => (Deep("[", "]", new string('x', 90_000)), Deep("[", "]", new string('y', 90_000)))),
        new("900 levels, all edited", () => (
            Deep("{\"a\":\"a text that is edited here\",\"b\":", "}", "x"),
            Deep("{\"a\":\"a text that was edited here\",\"b\":", "}", "x"))),
        new("string of 32 MB, two letters changed", () => (
            Encoding.UTF8.GetBytes($"\"{new string('x', LargeDocument)}\""),
            Encoding.UTF8.GetBytes($"\"y{new string('x', LargeDocument - 2)}z\""))),
        new("strings of 32 MB, unrelated", () => (Letters(1), Letters(2))),
    ];

    private static byte[] Text(string part, int times) =>
        Encoding.UTF8.GetBytes($"\"{string.Concat(Enumerable.Repeat(part, times))}\"");

    private static byte[] Deep(string open, string close, string core) => Encoding.UTF8.GetBytes(
        $"{string.Concat(Enumerable.Repeat(open, Levels))}\"{core}\"{string.Concat(Enumerable.Repeat(close, Levels))}");

    private static byte[] Letters(int seed)
    {
        var text = new byte[LargeDocument];
        new Random(seed).NextBytes(text);
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = (byte)('a' + (text[index] % 26));
        }

        text[0] = (byte)'"';
        text[^1] = (byte)'"';
        return text;
    }
}
