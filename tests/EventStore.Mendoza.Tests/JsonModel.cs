using System.Globalization;
using System.Text;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// A JSON value kept apart from the code under test: writes itself canonically in the plainest way, or messily.
/// </summary>
internal abstract record JsonModel
{
    public byte[] Canonical()
    {
        var text = new StringBuilder();
        Write(text, null);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The same value with random white space, escapes and key order.</summary>
    public byte[] Messy(Random random)
    {
        var text = new StringBuilder();
        Space(text, random);
        Write(text, random);
        Space(text, random);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    internal abstract void Write(StringBuilder text, Random? random);

    private static void Space(StringBuilder text, Random? random)
    {
        while (random?.Next(4) == 0)
        {
            text.Append(" \t\r\n"[random.Next(4)]);
        }
    }

    private static void WriteString(StringBuilder text, string value, Random? random)
    {
        text.Append('"');
        foreach (Rune rune in value.EnumerateRunes())
        {
            WriteRune(text, rune, random);
        }
        text.Append('"');
    }

    private static void WriteRune(StringBuilder text, Rune rune, Random? random)
    {
        if (random?.Next(5) == 0)
        {
            foreach (char unit in rune.ToString())
            {
                string spelling = ((int)unit).ToString("x4", CultureInfo.InvariantCulture);
                text.Append("\\u").Append(random.Next(2) == 0 ? spelling : spelling.ToUpperInvariant());
            }
            return;
        }
        text.Append(rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '/' when random?.Next(2) == 0 => "\\/",
            < 0x20 => "\\u" + rune.Value.ToString("x4", CultureInfo.InvariantCulture),
            _ => rune.ToString(),
        });
    }

    internal sealed record Literal(string Spelling) : JsonModel
    {
        internal override void Write(StringBuilder text, Random? random) => text.Append(Spelling);
    }

    internal sealed record Text(string Value) : JsonModel
    {
        internal override void Write(StringBuilder text, Random? random) => WriteString(text, Value, random);
    }

    internal sealed record Array(IReadOnlyList<JsonModel> Items) : JsonModel
    {
        internal override void Write(StringBuilder text, Random? random)
        {
            text.Append('[');
            for (int i = 0; i < Items.Count; i++)
            {
                text.Append(i == 0 ? "" : ",");
                Space(text, random);
                Items[i].Write(text, random);
                Space(text, random);
            }
            text.Append(']');
        }
    }

    internal sealed record Object(IReadOnlyDictionary<string, JsonModel> Fields) : JsonModel
    {
        internal override void Write(StringBuilder text, Random? random)
        {
            string[] keys = [.. Fields.Keys];
            if (random is null)
            {
                System.Array.Sort(keys, (left, right) =>
                    Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
            }
            else
            {
                random.Shuffle(keys);
            }
            text.Append('{');
            for (int i = 0; i < keys.Length; i++)
            {
                text.Append(i == 0 ? "" : ",");
                Space(text, random);
                WriteString(text, keys[i], random);
                Space(text, random);
                text.Append(':');
                Space(text, random);
                Fields[keys[i]].Write(text, random);
                Space(text, random);
            }
            text.Append('}');
        }
    }
}
