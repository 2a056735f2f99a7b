namespace EventStore.Mendoza.Json;

/// <summary>
/// A canonical text and one flat list of its values in document order. Nothing is decoded or copied: a value is a
/// range of the text. Children are reached by stepping from sibling to sibling, or, in larger containers, through a
/// table made when first needed, so that any number of look-ups in one container costs one walk over it.
/// </summary>
internal ref struct JsonIndex
{
    /// <summary>Containers up to this size are walked; a table would cost more than it saves.</summary>
    private const int WalkedChildren = 6;

    private PooledList<JsonNode> nodes;
    private PooledList<int> tables;
    private PooledList<int> open;

    public JsonIndex(ReadOnlySpan<byte> text) => Text = text;

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Deepest nesting of arrays and objects.</summary>
    public int Height { get; private set; }

    public readonly int Count => nodes.Count;

    public readonly ref JsonNode this[int node] => ref nodes[node];

    public void Dispose()
    {
        nodes.Dispose();
        tables.Dispose();
        open.Dispose();
    }

    public readonly ReadOnlySpan<byte> Value(int node) => Text[nodes[node].Start..nodes[node].End];

    /// <summary>A string's text, escapes and all, without its quotes.</summary>
    public readonly ReadOnlySpan<byte> Content(int node) => Text[(nodes[node].Start + 1)..(nodes[node].End - 1)];

    /// <summary>The key a value lies under, escapes and all, without its quotes.</summary>
    public readonly ReadOnlySpan<byte> Key(int node) => Text[(nodes[node].KeyStart + 1)..(nodes[node].KeyEnd - 1)];

    /// <summary>The node of the i-th field or element.</summary>
    public int Child(int container, int i)
    {
        ref JsonNode node = ref nodes[container];
        if (node.Count <= WalkedChildren)
        {
            int child = container + 1;
            for (; i > 0; i--)
            {
                child = nodes[child].Next;
            }
            return child;
        }
        if (node.Table < 0)
        {
            BuildTable(ref node, container + 1);
        }
        return tables[node.Table + i];
    }

    /// <summary>Position of the first field from one on whose key is not below the given one.</summary>
    public int LowerBound(int container, int from, ReadOnlySpan<byte> key, out bool found)
    {
        int low = from;
        int high = nodes[container].Count;
        found = false;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int comparison = JsonText.Compare(Key(Child(container, middle)), key);
            if (comparison < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
                found |= comparison == 0;
            }
        }
        return low;
    }

    /// <summary>Reads the whole text. False when it is not canonical JSON or nested too deeply.</summary>
    public bool TryRead(int maxDepth)
    {
        int position = 0;
        int keyStart = -1;
        while (true)
        {
            int node = nodes.Count;
            int end = ReadValue(position, keyStart);
            if (end < 0)
            {
                return false;
            }
            position = end;
            if (nodes[node].Kind >= JsonKind.Array && nodes[node].End == 0)
            {
                open.Add(node);
                Height = Math.Max(Height, open.Count);
                if (open.Count > maxDepth)
                {
                    return false;
                }
            }
            else if (!TryClose(ref position))
            {
                return false;
            }
            if (open.Count == 0)
            {
                return position == Text.Length && Height <= maxDepth;
            }
            keyStart = -1;
            if (nodes[open.Last].Kind == JsonKind.Object)
            {
                keyStart = position;
                position = ReadKey(position);
                if (position < 0)
                {
                    return false;
                }
            }
        }
    }

    /// <summary>
    /// After a value: closes every container that ends here and steps over the comma before the next value.
    /// </summary>
    private bool TryClose(ref int position)
    {
        while (open.Count > 0)
        {
            ref JsonNode container = ref nodes[open.Last];
            container.Count++;
            if (position >= Text.Length)
            {
                return false;
            }
            byte next = Text[position++];
            if (next == ',')
            {
                return true;
            }
            if (next != (container.Kind == JsonKind.Object ? '}' : ']'))
            {
                return false;
            }
            container.End = position;
            container.Next = nodes.Count;
            open.RemoveLast();
        }
        return true;
    }

    /// <summary>
    /// Adds the value that starts here: whole if it is a scalar or empty, else only its opening bracket.
    /// </summary>
    private int ReadValue(int position, int keyStart)
    {
        if (position >= Text.Length)
        {
            return -1;
        }
        var node = new JsonNode { Start = position, KeyStart = keyStart, Table = -1, Next = nodes.Count + 1 };
        switch (Text[position])
        {
            case (byte)'{':
                node.Kind = JsonKind.Object;
                return AddContainer(node, '}');
            case (byte)'[':
                node.Kind = JsonKind.Array;
                return AddContainer(node, ']');
            case (byte)'"':
                node.Kind = JsonKind.String;
                node.End = ReadString(position, out node.Escaped);
                if (node.End < 0)
                {
                    return -1;
                }
                break;
            case (byte)'n' when Text[position..].StartsWith("null"u8):
                node.Kind = JsonKind.Null;
                node.End = position + 4;
                break;
            case (byte)'t' when Text[position..].StartsWith("true"u8):
                node.Kind = JsonKind.True;
                node.End = position + 4;
                break;
            case (byte)'f' when Text[position..].StartsWith("false"u8):
                node.Kind = JsonKind.False;
                node.End = position + 5;
                break;
            default:
                int length = JsonNumber.Measure(Text[position..], out _);
                if (length < 0)
                {
                    return -1;
                }
                node.Kind = JsonKind.Number;
                node.End = position + length;
                break;
        }
        nodes.Add(node);
        return node.End;
    }

    private int AddContainer(JsonNode node, char close)
    {
        int inside = node.Start + 1;
        if (inside < Text.Length && Text[inside] == close)
        {
            node.End = ++inside;
            Height = Math.Max(Height, open.Count + 1);
        }
        nodes.Add(node);
        return inside;
    }

    private readonly int ReadKey(int position)
    {
        if (position >= Text.Length || Text[position] != '"')
        {
            return -1;
        }
        int end = ReadString(position, out _);
        return end >= 0 && end < Text.Length && Text[end] == ':' ? end + 1 : -1;
    }

    private readonly int ReadString(int position, out bool escaped)
    {
        int end = JsonScan.SkipString(Text, position, out escaped);
        return end >= 0 && escaped && !JsonText.HasCanonicalEscapes(Text[(position + 1)..(end - 1)]) ? -1 : end;
    }

    private void BuildTable(ref JsonNode node, int child)
    {
        node.Table = tables.Count;
        for (int i = 0; i < node.Count; i++)
        {
            tables.Add(child);
            child = nodes[child].Next;
        }
    }
}
