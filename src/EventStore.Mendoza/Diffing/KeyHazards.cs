using System.Text;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

/// <summary>Keys that the npm patcher treats otherwise than the format says.</summary>
internal static class KeyHazards
{
    /// <summary>
    /// As it stands in canonical text. Copying an object in JavaScript assigns this key as the copy's prototype.
    /// </summary>
    public static ReadOnlySpan<byte> PrototypeKey => "\"__proto__\":"u8;

    /// <summary>
    /// Whether some object's keys could sort differently by UTF-8 bytes and by UTF-16 units: only where there are
    /// characters from U+E000 to U+FFFF (lead bytes EE, EF) on the one hand and characters above U+FFFF (lead bytes
    /// from F0) on the other.
    /// </summary>
    public static bool OrdersMayDiffer(ref JsonIndex index)
    {
        if (!HasAstral(index.Text) || !HasUpper(index.Text))
        {
            return false;
        }
        bool upper = false;
        bool astral = false;
        for (int node = 0; node < index.Count; node++)
        {
            if (index[node].HasKey)
            {
                upper |= HasUpper(index.Key(node));
                astral |= HasAstral(index.Key(node));
            }
        }
        return upper && astral;
    }

    public static bool HasPrototypeKey(ref JsonIndex index, int container)
    {
        int child = container + 1;
        for (int i = 0; i < index[container].Count; i++)
        {
            if (index.Key(child).SequenceEqual("__proto__"u8))
            {
                return true;
            }
            child = index[child].Next;
        }
        return false;
    }

    /// <summary>The fields whose index is not the same in both orders; null when there are none.</summary>
    public static bool[]? UnsafeIndexes(ref JsonIndex index, int container)
    {
        int count = index[container].Count;
        if (!KeyOrdersMayDiffer(ref index, container))
        {
            return null;
        }
        var keys = new string[count];
        var ranks = new int[count];
        int child = container + 1;
        for (int i = 0; i < count; i++)
        {
            keys[i] = Unescape(index.Key(child));
            ranks[i] = i;
            child = index[child].Next;
        }
        Array.Sort(keys, ranks, StringComparer.Ordinal);
        bool[]? moved = null;
        for (int i = 0; i < count; i++)
        {
            if (ranks[i] != i)
            {
                moved ??= new bool[count];
                moved[ranks[i]] = true;
            }
        }
        return moved;
    }

    private static bool HasUpper(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)0xEE, (byte)0xEF) >= 0;

    private static bool HasAstral(ReadOnlySpan<byte> text) => text.IndexOfAnyInRange((byte)0xF0, (byte)0xFF) >= 0;

    private static bool KeyOrdersMayDiffer(ref JsonIndex index, int container)
    {
        bool upper = false;
        bool astral = false;
        int child = container + 1;
        for (int i = 0; i < index[container].Count; i++)
        {
            ReadOnlySpan<byte> key = index.Key(child);
            upper |= HasUpper(key);
            astral |= HasAstral(key);
            child = index[child].Next;
        }
        return upper && astral;
    }

    // Every escape stands for one ASCII character, and which one matters for the order.
    private static string Unescape(ReadOnlySpan<byte> content)
    {
        var plain = new byte[content.Length];
        int length = 0;
        while (content.Length > 0)
        {
            plain[length++] = JsonText.FirstByte(content, out int consumed);
            content = content[consumed..];
        }
        return Encoding.UTF8.GetString(plain, 0, length);
    }
}
