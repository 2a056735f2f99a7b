using System.Text;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>Keys that the npm patcher treats otherwise than the format says.</summary>
internal static class KeyHazards
{
    /// <summary>
    /// Whether an object has the key <c>__proto__</c>: copying the object in JavaScript assigns it as the copy's
    /// prototype.
    /// </summary>
    public static bool HasPrototypeKey(in DocumentTree tree, int node)
    {
        ReadOnlySpan<byte> prototype = "__proto__"u8;
        int count = tree.Count(node);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = tree.Key(tree.Child(node, i));
            if (key.Length > 1 && key[0] >= '_' && (key[0] > '_' || key[1] > '_'))
            {
                // Behind it in the order, as most first keys are.
                return false;
            }
            int comparison = JsonText.Compare(key, prototype);
            if (comparison >= 0)
            {
                return comparison == 0;
            }
            if (i == 4)
            {
                tree.LowerBound(node, prototype, out bool found);
                return found;
            }
        }
        return false;
    }

    /// <summary>
    /// The fields whose index is not the same by UTF-8 bytes and by UTF-16 units; null when there are none. The orders
    /// differ only where there are characters from U+E000 to U+FFFF (lead bytes EE, EF) on the one hand and characters
    /// above U+FFFF (lead bytes from F0) on the other.
    /// </summary>
    public static bool[]? UnsafeIndexes(in DocumentTree tree, int node)
    {
        if (!OrdersMayDiffer(tree, node))
        {
            return null;
        }
        int count = tree.Count(node);
        var keys = new string[count];
        var ranks = new int[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = Unescape(tree.Key(tree.Child(node, i)));
            ranks[i] = i;
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

    public static bool OrdersMayDiffer(in DocumentTree tree, int node)
    {
        bool upper = false;
        bool astral = false;
        for (int i = 0; i < tree.Count(node); i++)
        {
            ReadOnlySpan<byte> key = tree.Key(tree.Child(node, i));
            upper |= key.IndexOfAny((byte)0xEE, (byte)0xEF) >= 0;
            astral |= key.IndexOfAnyInRange((byte)0xF0, (byte)0xFF) >= 0;
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
