namespace EventStore.Groq.Values;

/// <summary>The attributes of an object, wherever it is held; nothing for other values.</summary>
internal ref struct FieldEnumerator
{
    private readonly Value source;
    private int position;

    public FieldEnumerator(in Value source)
    {
        this.source = source;
        position = source.Kind == ValueKind.ObjectText
            ? JsonReader.FirstField(source.Bytes, source.Start, source.End)
            : 0;
    }

    public Value Key { get; private set; }

    public Value Value { get; private set; }

    public bool MoveNext()
    {
        switch (source.Kind)
        {
            case ValueKind.Object:
                ObjectValue fields = source.Fields;
                if (position == fields.Count)
                {
                    return false;
                }
                Key = fields.Key(position);
                Value = fields[position++];
                return true;
            case ValueKind.ObjectText:
                byte[] bytes = source.Bytes;
                if (!JsonReader.TryReadKey(bytes, source.End, ref position, out int keyStart, out int keyEnd))
                {
                    return false;
                }
                Key = bytes.AsSpan(keyStart..keyEnd).Contains((byte)'\\')
                    ? Value.EscapedString(bytes, keyStart, keyEnd)
                    : Value.Utf8(bytes, keyStart, keyEnd);
                Value = JsonReader.ReadValue(source.Text, position, out position);
                position = JsonReader.SkipComma(bytes, position, source.End);
                return true;
            default:
                return false;
        }
    }
}
