using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// The attribute names and indices that lead to a value, the last first; paths share their beginnings.
/// </summary>
internal sealed class KeyPath
{
    public static readonly KeyPath Root = new(null, Value.Null, -1);

    private readonly KeyPath? parent;
    private readonly Value name;
    private readonly int index;

    private KeyPath(KeyPath? parent, in Value name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
        Length = parent is null ? 0 : parent.Length + 1;
    }

    public int Length { get; }

    public KeyPath Then(in Value attribute) => new(this, attribute, -1);

    public KeyPath Then(int element) => new(this, Value.Null, element);

    /// <summary>The parts from the root on.</summary>
    public KeyPath[] Parts()
    {
        var parts = new KeyPath[Length];
        KeyPath at = this;
        for (int i = Length - 1; i >= 0; i--)
        {
            parts[i] = at;
            at = at.parent!;
        }
        return parts;
    }

    public bool IsElement => index >= 0;

    /// <summary>What the last part leads to from a value; null if it leads nowhere.</summary>
    public Value Follow(in Value value)
    {
        if (index < 0)
        {
            return value.Attribute(name.ToUtf8());
        }
        var items = new ItemEnumerator(value);
        for (int i = 0; items.MoveNext(); i++)
        {
            if (i == index)
            {
                return items.Current;
            }
        }
        return Value.Null;
    }

    public bool StartsWith(KeyPath prefix)
    {
        if (prefix.Length > Length)
        {
            return false;
        }
        KeyPath at = this;
        while (at.Length > prefix.Length)
        {
            at = at.parent!;
        }
        while (at.Length > 0)
        {
            if (at.index != prefix.index || !Comparison.AreEqual(at.name, prefix.name))
            {
                return false;
            }
            at = at.parent!;
            prefix = prefix.parent!;
        }
        return true;
    }
}
