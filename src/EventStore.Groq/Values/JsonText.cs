namespace EventStore.Groq.Values;

/// <summary>
/// A JSON text, with an index of the fields of its root object that grows as far as look-ups have had to read: a
/// look-up that finds its field early never reads the rest, and no field is read twice.
/// </summary>
internal sealed class JsonText
{
    private const int FirstCapacity = 8;

    private Field[]? fields;
    private int count;
    private int position = -1;

    public JsonText(byte[] bytes, int start, int end)
    {
        Bytes = bytes;
        Start = start;
        End = end;
    }

    public byte[] Bytes { get; }

    /// <summary>Offset of the root value.</summary>
    public int Start { get; }

    public int End { get; }

    public Value Root => JsonReader.ReadValue(this, Start, out _);

    /// <summary>The attribute of the root object; null when it has none of that name.</summary>
    public Value RootAttribute(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < count; i++)
        {
            ref readonly Field field = ref fields![i];
            if (field.Matches(Bytes, name))
            {
                return JsonReader.ReadValue(this, field.ValueStart, out _);
            }
        }
        while (Advance())
        {
            ref readonly Field field = ref fields![count - 1];
            if (field.Matches(Bytes, name))
            {
                return JsonReader.ReadValue(this, field.ValueStart, out _);
            }
        }
        return Value.Null;
    }

    /// <summary>Reads one more field of the root object. False when there is none.</summary>
    private bool Advance()
    {
        if (position < 0)
        {
            position = JsonReader.FirstField(Bytes, Start, End);
        }
        if (position >= End)
        {
            return false;
        }
        if (!JsonReader.TryReadField(Bytes, End, ref position, out int keyStart, out int keyEnd, out int valueStart))
        {
            position = End;
            return false;
        }
        fields ??= new Field[FirstCapacity];
        if (count == fields.Length)
        {
            Array.Resize(ref fields, count * 2);
        }
        fields[count++] = new Field(keyStart, keyEnd, valueStart);
        return true;
    }

    private readonly struct Field(int keyStart, int keyEnd, int valueStart)
    {
        public readonly int ValueStart = valueStart;
        private readonly int keyStart = keyStart;
        private readonly int keyEnd = keyEnd;

        public bool Matches(byte[] bytes, ReadOnlySpan<byte> name) =>
            JsonReader.KeyEquals(bytes.AsSpan(keyStart..keyEnd), name);
    }
}
