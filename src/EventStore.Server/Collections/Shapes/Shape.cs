using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Shapes;

/// <summary>What was seen at one place of all documents so far: the kinds of values, and what is in objects and
/// arrays.</summary>
internal sealed class Shape
{
    /// <summary>The kinds seen. Nulls do not count.</summary>
    public ValueKinds Kinds { get; private set; }

    /// <summary>
    /// Whether values of several kinds, or too many keys, were seen, so that all of them are written as JSON.
    /// </summary>
    public bool IsJson { get; private set; }

    /// <summary>The keys of objects, as JSON spells them, in their order.</summary>
    public List<(byte[] Key, Shape Shape)> Fields { get; } = [];

    /// <summary>The elements of arrays.</summary>
    public Shape? Element { get; private set; }

    /// <summary>This and all below it.</summary>
    public int Count => 1 + (Element?.Count ?? 0) + Fields.Sum(entry => entry.Shape.Count);

    /// <summary>Notes a kind.</summary>
    /// <returns>Whether there still is one type for all that was seen.</returns>
    public bool Add(ValueKinds kind)
    {
        Kinds |= kind;
        var families = (Has(ValueKinds.Boolean) ? 1 : 0) + (Has(ValueKinds.AnyNumber) ? 1 : 0)
            + (Has(ValueKinds.AnyText) ? 1 : 0) + (Has(ValueKinds.Object) ? 1 : 0) + (Has(ValueKinds.Array) ? 1 : 0);
        return families <= 1;
    }

    /// <summary>Whether any of some kinds were seen.</summary>
    public bool Has(ValueKinds kinds) => (Kinds & kinds) != ValueKinds.None;

    /// <summary>Gives up telling what is inside.</summary>
    public void Collapse()
    {
        // Also what is inside: somebody may be looking into it.
        IsJson = true;
        Fields.ForEach(static field => field.Shape.Collapse());
        Element?.Collapse();
        Fields.Clear();
        Fields.TrimExcess();
        Element = null;
    }

    /// <summary>The shape of the elements, made when there was none.</summary>
    public Shape ElementShape(ref int made)
    {
        if (Element is null)
        {
            Element = new();
            made++;
        }

        return Element;
    }

    /// <summary>Where a key is, or where it would be put.</summary>
    /// <param name="key">The key as JSON spells it.</param>
    /// <param name="from">It is not before this one.</param>
    /// <param name="index">Its place.</param>
    /// <returns>Whether it is there.</returns>
    public bool Find(ReadOnlySpan<byte> key, int from, out int index)
    {
        // Documents of a kind have the same keys in the same order.
        index = from;
        if (from < Fields.Count && key.SequenceEqual(Fields[from].Key))
        {
            return true;
        }

        var (low, high) = (from, Fields.Count - 1);
        while (low <= high)
        {
            index = (low + high) / 2;
            var order = CanonicalString.Compare(Fields[index].Key, key);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (index + 1, high) : (low, index - 1);
        }

        index = low;
        return false;
    }
}
