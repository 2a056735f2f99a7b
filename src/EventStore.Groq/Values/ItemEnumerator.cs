namespace EventStore.Groq.Values;

/// <summary>The elements of an array, wherever it is held; nothing for other values.</summary>
internal ref struct ItemEnumerator
{
    private readonly Value source;
    private int position;

    public ItemEnumerator(in Value source)
    {
        this.source = source;
        position = source.Kind == ValueKind.ArrayText
            ? JsonReader.SkipSpace(source.Bytes, source.Start + 1, source.End)
            : 0;
    }

    public Value Current { get; private set; }

    /// <summary>How many elements an array has.</summary>
    public static int Count(in Value array)
    {
        if (array.Kind == ValueKind.Array)
        {
            return array.Items.Length;
        }
        int count = 0;
        byte[] bytes = array.Bytes;
        int position = JsonReader.SkipSpace(bytes, array.Start + 1, array.End);
        while (position < array.End && bytes[position] != ']')
        {
            position = JsonReader.SkipComma(bytes, JsonReader.SkipValue(bytes, position, array.End), array.End);
            count++;
        }
        return count;
    }

    public bool MoveNext()
    {
        switch (source.Kind)
        {
            case ValueKind.Array:
                if (position == source.Items.Length)
                {
                    return false;
                }
                Current = source.Items[position++];
                return true;
            case ValueKind.ArrayText:
                byte[] bytes = source.Bytes;
                if (position >= source.End || bytes[position] == ']')
                {
                    return false;
                }
                Current = JsonReader.ReadValue(source.Text, position, out position);
                position = JsonReader.SkipComma(bytes, position, source.End);
                return true;
            default:
                return false;
        }
    }
}
