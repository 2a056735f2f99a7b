namespace EventStore.Groq.Values;

/// <summary>A computed object: keys and values side by side, in the order they were first set.</summary>
internal sealed class ObjectValue
{
    /// <summary>Above this many fields a table finds keys; below, comparing lengths and bytes is faster.</summary>
    private const int SearchedFields = 24;

    private Value[] keys;
    private Value[] values;
    private Dictionary<string, int>? table;
    private bool sharesKeys;

    public ObjectValue(int capacity = 4)
    {
        keys = new Value[capacity];
        values = new Value[capacity];
    }

    /// <summary>Takes both arrays over; the keys are distinct and may be shared with other objects.</summary>
    public ObjectValue(Value[] keys, Value[] values)
    {
        this.keys = keys;
        this.values = values;
        Count = keys.Length;
        sharesKeys = true;
    }

    public int Count { get; private set; }

    public ref readonly Value Key(int i) => ref keys[i];

    public ref readonly Value this[int i] => ref values[i];

    public bool Contains(ReadOnlySpan<byte> name) => Find(name) >= 0;

    public Value Get(ReadOnlySpan<byte> name)
    {
        int at = Find(name);
        return at < 0 ? Value.Null : values[at];
    }

    public void Set(in Value key, in Value value)
    {
        int at = Find(key.ToUtf8());
        if (at >= 0)
        {
            values[at] = value;
            return;
        }
        Add(key, value);
    }

    /// <summary>Adds a field whose key is known not to be there yet.</summary>
    public void Add(in Value key, in Value value)
    {
        if (sharesKeys || Count == keys.Length)
        {
            Array.Resize(ref keys, Math.Max(4, Count * 2));
            Array.Resize(ref values, keys.Length);
            sharesKeys = false;
        }
        keys[Count] = key;
        values[Count] = value;
        table?.TryAdd(key.ToString(), Count);
        Count++;
    }

    /// <summary>Sets every attribute of an object in this one.</summary>
    public void SetAll(in Value source)
    {
        bool empty = Count == 0;
        var fields = new FieldEnumerator(source);
        while (fields.MoveNext())
        {
            if (empty)
            {
                Add(fields.Key, fields.Value);
            }
            else
            {
                Set(fields.Key, fields.Value);
            }
        }
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        if (Count > SearchedFields)
        {
            return FindInTable(name);
        }
        for (int i = 0; i < Count; i++)
        {
            ref readonly Value key = ref keys[i];
            if (key.Kind == ValueKind.String ? key.Span.SequenceEqual(name) : key.ToUtf8().SequenceEqual(name))
            {
                return i;
            }
        }
        return -1;
    }

    private int FindInTable(ReadOnlySpan<byte> name)
    {
        if (table is null)
        {
            table = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < Count; i++)
            {
                table.TryAdd(keys[i].ToString(), i);
            }
        }
        return table.TryGetValue(System.Text.Encoding.UTF8.GetString(name), out int at) ? at : -1;
    }
}
