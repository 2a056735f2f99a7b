using System.Globalization;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations.Merging;

/// <summary>A place in a document, as a list from within outwards: spelled out only when somebody asks.</summary>
internal sealed record MergePath(MergePath? Parent, string Step)
{
    public static MergePath OfMember(MergePath? parent, ReadOnlySpan<byte> key)
    {
        var name = CanonicalString.Decode(key);
        var isPlain = name.Length > 0
            && !char.IsAsciiDigit(name[0])
            && name.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_');
        return new(parent, !isPlain ? $"['{name}']" : parent is null ? name : $".{name}");
    }

    public static MergePath OfKey(MergePath? parent, string key) => new(parent, $"[_key==\"{key}\"]");

    public static MergePath OfIndex(MergePath? parent, int index) =>
        new(parent, string.Create(CultureInfo.InvariantCulture, $"[{index}]"));

    public static string Spell(MergePath? path)
    {
        var steps = new Stack<string>();
        for (; path is not null; path = path.Parent)
        {
            steps.Push(path.Step);
        }

        return string.Concat(steps);
    }
}
