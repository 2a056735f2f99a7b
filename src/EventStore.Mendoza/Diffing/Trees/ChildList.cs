using System.Numerics;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>Lists the children of a container side by side, behind a node that ends where the container starts.
/// </summary>
internal readonly ref struct ChildList(ReadOnlySpan<byte> text, TreeStore store)
{
    private const int Many = 16 * 1024;

    private readonly ReadOnlySpan<byte> text = text;
    private readonly TreeStore store = store;

    /// <summary>Lists the children of the container at [start, end).</summary>
    /// <param name="start">Offset of its opening bracket.</param>
    /// <param name="end">Offset behind its closing bracket.</param>
    /// <param name="first">The node of the first child, or why there is none.</param>
    /// <returns>False when the container is not canonical JSON.</returns>
    public bool TryAdd(int start, int end, out int first)
    {
        first = TreeContainer.TooLarge;
        if (!HasRoom(start, end))
        {
            return true;
        }
        store.Nodes.Add(new TreeNode(start, start));
        first = store.Nodes.Count;
        if (end - start == "[]".Length)
        {
            return true;
        }
        bool isObject = text[start] == '{';
        int begin = start + 1;
        var commas = new ChildCommas(store, start, end);
        while (commas.TryNext(out int offset, out ulong places))
        {
            for (; places != 0; places &= places - 1)
            {
                int comma = offset + BitOperations.TrailingZeroCount(places);
                if (!TryAddChild(begin, comma, isObject))
                {
                    return false;
                }
                begin = comma + 1;
            }
        }
        return TryAddChild(begin, end - 1, isObject) && !commas.IsMalformed;
    }

    /// <summary>
    /// Whether the children may be listed. Where there may be many, they are counted, and memory is taken at once: a
    /// child is at least one byte and a comma.
    /// </summary>
    private bool HasRoom(int start, int end)
    {
        int room = store.MaxNodes - store.Nodes.Count;
        if ((end - start) / 2 < Math.Min(room, Many))
        {
            return true;
        }
        int count = 2;
        var commas = new ChildCommas(store, start, end);
        while (commas.TryNext(out _, out ulong places))
        {
            count += BitOperations.PopCount(places);
        }
        store.Nodes.Expect(store.Nodes.Count + Math.Min(count, room));
        return count <= room;
    }

    /// <summary>Adds the child that lies between two commas or brackets, if it looks like one.</summary>
    private bool TryAddChild(int begin, int end, bool isObject)
    {
        int value = isObject ? SkipKey(begin, end) : begin;
        if (value < 0 || value >= end)
        {
            return false;
        }
        byte opening = text[value];
        byte closing = text[end - 1];
        if (opening is (byte)'{' or (byte)'[')
        {
            store.Nodes.Add(new TreeNode(value, ~store.Containers.Count));
            store.Containers.Add(new TreeContainer(end, TreeContainer.Unlisted, TreeContainer.NotCounted));
            return closing - opening == '}' - '{';
        }
        store.Nodes.Add(new TreeNode(value, end));
        return opening != '"' || (closing == '"' && end - value >= 2);
    }

    /// <summary>Offset of the value behind the key that starts here, or -1.</summary>
    private int SkipKey(int at, int end)
    {
        if (text[at] != '"')
        {
            return -1;
        }
        int behind = JsonScan.SkipString(text, at, out bool escaped);
        if (behind < 0 || behind >= end - 1 || text[behind] != ':')
        {
            return -1;
        }
        return escaped && !JsonText.HasCanonicalEscapes(text[(at + 1)..(behind - 1)]) ? -1 : behind + 1;
    }
}
