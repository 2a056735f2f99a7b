using System.Buffers.Binary;
using System.Text;
using EventStore.Log.Documents;

namespace EventStore.Log.Projections.Attributes;

/// <summary>
/// Keys of the attribute index: the number of a path, the number of a type, a value, the id of a document. So the
/// documents of a type lie in the order of any indexed path, and those with equal values in the order of their ids.
/// </summary>
public static class AttributeKeys
{
    /// <summary>Raised when a document's keys become others: what was stored before is then made anew.</summary>
    internal const int Format = 1;

    /// <summary>The path that only says that a document is there: no value, so its keys lie in the order of
    /// ids.</summary>
    public const int Existence = 1;

    /// <summary>Every reference anywhere in a document; the value is the target's id, and no type is told.</summary>
    public const int References = 2;

    /// <summary>Numbers of other paths begin here.</summary>
    public const int FirstPath = 3;

    /// <summary>Numbers of paths that queries have asked for begin here.</summary>
    public const int FirstAskedPath = FirstPath + 2;

    /// <summary>Stands for all types that have no number of their own, as there are too many or their names too long.
    /// </summary>
    public const int OtherTypes = 0;

    internal const int PrefixLength = 6;

    /// <summary>The keys of a range of values of a path, for one type.</summary>
    public static (byte[] From, byte[] To) Range(int path, int type, AttributeRange values)
    {
        return (With(path, type, values.From), With(path, type, values.To));
    }

    /// <summary>The keys of all documents of a type, those with ids in a range.</summary>
    /// <param name="type">The type's number.</param>
    /// <param name="from">The first id; empty for the beginning.</param>
    /// <param name="to">The first id behind; null for the end.</param>
    public static (byte[] From, byte[] To) Ids(int type, string from, string? to)
    {
        var low = With(Existence, type, Encoding.UTF8.GetBytes(from));
        var high = to is null ? AttributeValues.Behind(With(Existence, type, [])) : With(
            Existence, type, Encoding.UTF8.GetBytes(to));
        return (low, high);
    }

    /// <summary>The id that ends a key.</summary>
    public static DocumentId Id(ReadOnlySpan<byte> key)
    {
        var start = PrefixLength + (Path(key) == Existence ? 0 : AttributeValues.LengthOf(key[PrefixLength..]));
        return DocumentId.Parse(Encoding.UTF8.GetString(key[start..]));
    }

    /// <summary>The value in a key.</summary>
    public static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> key) => Path(key) == Existence
        ? default
        : key.Slice(PrefixLength, AttributeValues.LengthOf(key[PrefixLength..]));

    internal static int Path(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt16BigEndian(key);

    internal static int WritePrefix(int path, int type, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)path);
        BinaryPrimitives.WriteInt32BigEndian(target[2..], type);
        return PrefixLength;
    }

    /// <summary>Everything stored for a path.</summary>
    internal static (byte[] From, byte[] To) All(int path)
    {
        var from = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(from, (ushort)path);
        return (from, AttributeValues.Behind(from));
    }

    private static byte[] With(int path, int type, ReadOnlySpan<byte> rest)
    {
        var key = new byte[PrefixLength + rest.Length];
        WritePrefix(path, type, key);
        rest.CopyTo(key.AsSpan(PrefixLength));
        return key;
    }
}
