namespace EventStore.Groq.Values;

/// <summary>The simple values of an array, for asking often whether a value is among them.</summary>
internal sealed class ValueSet
{
    private readonly HashSet<string> strings = new(StringComparer.Ordinal);
    private readonly HashSet<double> numbers = [];
    private readonly HashSet<long> dateTimes = [];
    private bool hasNull;
    private bool hasTrue;
    private bool hasFalse;

    public ValueSet()
    {
    }

    public ValueSet(in Value array)
    {
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            Add(items.Current);
        }
    }

    public bool Contains(in Value value)
    {
        switch (value.Type)
        {
            case DataType.Null:
                return hasNull;
            case DataType.Boolean:
                return value.IsTrue ? hasTrue : hasFalse;
            case DataType.Number:
                return numbers.Contains(value.ToDouble());
            case DataType.String:
                return strings.Contains(value.ToString());
            case DataType.DateTime:
                return dateTimes.Contains(value.Ticks);
            default:
                return false;
        }
    }

    public void Add(in Value value)
    {
        switch (value.Type)
        {
            case DataType.Null:
                hasNull = true;
                break;
            case DataType.Boolean:
                hasTrue |= value.IsTrue;
                hasFalse |= value.IsFalse;
                break;
            case DataType.Number:
                numbers.Add(value.ToDouble());
                break;
            case DataType.String:
                strings.Add(value.ToString());
                break;
            case DataType.DateTime:
                dateTimes.Add(value.Ticks);
                break;
            default:
                break;
        }
    }
}
