using System.Buffers;
using System.Text;

namespace EventStore.Log.Documents;

/// <summary>
/// Reads and splices the top level of documents in canonical form. The log keeps documents without <c>_rev</c>; these
/// operations move bytes and never build a tree.
/// </summary>
public static class DocumentContent
{
    /// <summary>The document without its top-level <c>_rev</c>; the same memory when it has none.</summary>
    public static ReadOnlyMemory<byte> RemoveRevision(ReadOnlyMemory<byte> document) =>
        RemoveMember(document, "_rev"u8);

    /// <summary>The document without its top-level <c>_updatedAt</c>; the same memory when it has none.</summary>
    public static ReadOnlyMemory<byte> RemoveUpdateTime(ReadOnlyMemory<byte> document) =>
        document.IsEmpty ? document : RemoveMember(document, "_updatedAt"u8);

    /// <summary>Writes the document with <c>_rev</c> at its sorted place; a <c>_rev</c> it has is replaced.</summary>
    /// <param name="content">The document, canonical.</param>
    /// <param name="revision">The revision: a transaction id, so nothing in it needs an escape.</param>
    /// <param name="output">Receives the canonical result.</param>
    public static void WriteWithRevision(ReadOnlySpan<byte> content, string revision, IBufferWriter<byte> output)
    {
        Span<byte> quoted = stackalloc byte[Limits.TransactionIdLength + 2];
        var length = Encoding.ASCII.GetBytes(revision, quoted[1..^1]);
        quoted[0] = quoted[length + 1] = (byte)'"';
        WriteWithMember(content, "_rev"u8, quoted[..(length + 2)], output);
    }

    /// <inheritdoc cref="WriteWithRevision(ReadOnlySpan{byte}, string, IBufferWriter{byte})"/>
    public static void WriteWithRevision(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> revision, IBufferWriter<byte> output) =>
        WriteWithRevision(content, Encoding.UTF8.GetString(revision), output);

    /// <summary>The document's <c>_type</c>, or null when it has none that is a string.</summary>
    public static string? Type(ReadOnlySpan<byte> content) => ReadString(content, "_type"u8);

    /// <summary>A top-level string by its key (one that needs no escapes), or null when it is absent or no
    /// string.</summary>
    public static string? ReadString(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key) =>
        TryReadValue(content, key, out var value) ? CanonicalString.DecodeValue(value) : null;

    /// <summary>The text of a top-level value by its key (one that needs no escapes).</summary>
    public static bool TryReadValue(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var found = Find(content, key);
        value = found.Exists ? content[found.ValueStart..found.End] : default;
        return found.Exists;
    }

    /// <summary>The keys of a canonical object, and where the texts of their values stand in it, in one pass.</summary>
    public static IReadOnlyList<(string Key, Range Value)> Members(ReadOnlySpan<byte> content)
    {
        var result = new List<(string, Range)>();
        var members = new MemberReader(content);
        while (members.Read())
        {
            result.Add((CanonicalString.Decode(members.Key), members.ValueStart..members.ValueEnd));
        }

        return result;
    }

    /// <summary>The text that a canonical JSON string spells, or null when the value is no string.</summary>
    public static string? Text(ReadOnlySpan<byte> value) => CanonicalString.DecodeValue(value);

    /// <summary>
    /// The document with two members it may lack, each set to the same canonical value where it is missing; the same
    /// memory when it has both. It must not be empty, and the keys must be in their order.
    /// </summary>
    internal static ReadOnlyMemory<byte> WithMissing(
        ReadOnlyMemory<byte> content, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> value)
    {
        var document = content.Span;
        var (one, other) = (Find(document, first), Find(document, second));
        if (one.Exists && other.Exists)
        {
            return content;
        }

        const int punctuation = 4;
        var length = document.Length
            + (one.Exists ? 0 : first.Length + value.Length + punctuation)
            + (other.Exists ? 0 : second.Length + value.Length + punctuation);
        var result = GC.AllocateUninitializedArray<byte>(length);
        var rest = result.AsSpan();
        var copied = InsertMissing(document, one, first, value, 0, ref rest);
        copied = InsertMissing(document, other, second, value, copied, ref rest);
        document[copied..].CopyTo(rest);
        return result;
    }

    /// <summary>
    /// Whether a document without two of its members, where these are to be left out, is another one.
    /// </summary>
    internal static bool EqualsWithout(
        ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> first,
        bool leavesOutFirst,
        ReadOnlySpan<byte> second,
        bool leavesOutSecond,
        ReadOnlySpan<byte> other)
    {
        var place = 0;
        return Skip(content, first, leavesOutFirst, ref place, ref other)
            && Skip(content, second, leavesOutSecond, ref place, ref other)
            && content[place..].SequenceEqual(other);
    }

    /// <summary>The document with a top-level member set to a canonical value.</summary>
    internal static ReadOnlyMemory<byte> WithMember(
        ReadOnlyMemory<byte> content, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(content.Length + key.Length + value.Length + 4);
        WriteWithMember(content.Span, key, value, output);
        return output.WrittenMemory;
    }

    private static void WriteWithMember(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        var found = Find(content, key);
        if (found.Exists)
        {
            output.Write(content[..found.ValueStart]);
            output.Write(value);
            output.Write(content[found.End..]);
            return;
        }

        var isFirst = found.Start == 1;
        var isLast = found.Start == content.Length - 1;
        output.Write(content[..found.Start]);
        output.Write(isLast && !isFirst ? ",\""u8 : "\""u8);
        output.Write(key);
        output.Write("\":"u8);
        output.Write(value);
        output.Write(isLast ? ""u8 : ","u8);
        output.Write(content[found.Start..]);
    }

    /// <summary>The document without a top-level member; the same memory when it has none of that key.</summary>
    internal static ReadOnlyMemory<byte> RemoveMember(ReadOnlyMemory<byte> content, ReadOnlySpan<byte> key)
    {
        var found = Find(content.Span, key);
        if (!found.Exists)
        {
            return content;
        }

        var (start, end) = WithComma(content.Span, found);
        var result = new byte[content.Length - (end - start)];
        content[..start].CopyTo(result);
        content[end..].CopyTo(result.AsMemory(start));
        return result;
    }

    /// <summary>The member, or the place where it belongs: the keys are sorted, so the scan stops at the first greater
    /// one.</summary>
    private static Location Find(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key)
    {
        var members = new MemberReader(content);
        while (members.Read())
        {
            var order = CanonicalString.Compare(members.Key, key);
            if (order == 0)
            {
                return new Location(true, members.MemberStart, members.ValueStart, members.ValueEnd);
            }

            if (order > 0)
            {
                return new Location(false, members.MemberStart, 0, 0);
            }
        }

        return new Location(false, content.Length - 1, 0, 0);
    }

    private static int InsertMissing(
        ReadOnlySpan<byte> document,
        Location location,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        int copied,
        ref Span<byte> rest)
    {
        if (location.Exists)
        {
            return copied;
        }

        var isLast = location.Start == document.Length - 1;
        Append(document[copied..location.Start], ref rest);
        Append(isLast ? ",\""u8 : "\""u8, ref rest);
        Append(key, ref rest);
        Append("\":"u8, ref rest);
        Append(value, ref rest);
        Append(isLast ? ""u8 : ","u8, ref rest);
        return location.Start;
    }

    private static void Append(ReadOnlySpan<byte> piece, ref Span<byte> rest)
    {
        piece.CopyTo(rest);
        rest = rest[piece.Length..];
    }

    /// <summary>Compares up to a member and steps over it.</summary>
    private static bool Skip(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, bool leavesOut, ref int place, ref ReadOnlySpan<byte> other)
    {
        var found = leavesOut ? Find(content, key) : default;
        if (!found.Exists)
        {
            return true;
        }

        var (start, end) = WithComma(content, found);
        var before = content[place..Math.Max(place, start)];
        if (!other.StartsWith(before))
        {
            return false;
        }

        other = other[before.Length..];
        place = end;
        return true;
    }

    /// <summary>One comma goes with a member: the one after it, or before it when it is the last of several.</summary>
    private static (int Start, int End) WithComma(ReadOnlySpan<byte> content, Location member)
    {
        if (content[member.End] == ',')
        {
            return (member.Start, member.End + 1);
        }

        return member.Start > 1 ? (member.Start - 1, member.End) : (member.Start, member.End);
    }

    private readonly record struct Location(bool Exists, int Start, int ValueStart, int End);
}
