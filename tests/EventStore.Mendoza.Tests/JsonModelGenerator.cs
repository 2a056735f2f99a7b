using System.Globalization;
using System.Text;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// Random JSON values with the awkward parts over-represented: unicode, escapes, number spellings, shared keys.
/// </summary>
internal sealed class JsonModelGenerator(Random random)
{
    private static readonly string[] Alphabet =
    [
        "a", "b", "c", "x y", "0", "9", "B", "æ", "å", "é", "e\u0301", "\uFF21", "\uE000", "\uFFFF", "😀", "👩‍👧", "𐀀",
        "\"", "\\", "/", "\n", "\t", "\b", "\u0000", "\u001f", "\u007f", "<", "&", "\u2028", "日本", "_key",
        "lorem ipsum ",
    ];

    private static readonly string[] Keys =
    [
        "a", "b", "c", "d", "name", "title", "10", "2", "B", "é", "_key", "_type", "a\n", "a\\", "a\"", "a\u0001",
        "a\u0000b", "", "\uFF21", "😀", "\uE000x", "𐀀", "long key with some text", "children", "marks", "__proto__",
        "constructor", "toString", "length",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "1.0", "1e0", "-1", "10", "100", "3.14159", "9007199254740993", "9007199254740992", "1e-7",
        "1E+21", "123456789012345678901234567890",
    ];

    public Random Random { get; } = random;

    public JsonModel Value(int depth)
    {
        int kind = Random.Next(depth > 0 ? 10 : 5);
        return kind switch
        {
            0 => new JsonModel.Literal(Pick("null", "true", "false")),
            1 or 2 => Number(),
            3 or 4 => new JsonModel.Text(Text(Random.Next(12))),
            5 or 6 => Array(depth),
            _ => Object(depth),
        };
    }

    public JsonModel.Literal Number() => new(Random.Next(2) == 0
        ? Pick(Numbers)
        : Random.Next(-1000, 100000).ToString(CultureInfo.InvariantCulture));

    public JsonModel.Array Array(int depth)
    {
        var items = new JsonModel[Random.Next(6)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Value(depth - 1);
        }
        return new JsonModel.Array(items);
    }

    public JsonModel.Object Object(int depth)
    {
        var fields = new Dictionary<string, JsonModel>();
        int count = Random.Next(7);
        for (int i = 0; i < count; i++)
        {
            fields[Key()] = Value(depth - 1);
        }
        return new JsonModel.Object(fields);
    }

    public string Key() => Random.Next(8) == 0 ? Text(Random.Next(4)) : Pick(Keys);

    public string Text(int pieces)
    {
        var text = new StringBuilder();
        for (int i = 0; i < pieces; i++)
        {
            text.Append(Pick(Alphabet));
        }
        return text.ToString();
    }

    public T Pick<T>(params T[] choices) => choices[Random.Next(choices.Length)];
}
