using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations.Values;

/// <summary>
/// An immutable JSON value over canonical bytes. It is opened one level at a time and only where a patch goes, so the
/// rest of a document is never parsed and is written back byte for byte, which also keeps the spelling of its numbers.
/// An edit makes new values along its path and shares all others.
/// </summary>
internal sealed class JsonValue
{
    public static readonly JsonValue EmptyObject = new(JsonKind.Object, "{}"u8.ToArray());

    // The canonical text; empty for a container that was made by an edit.
    private readonly ReadOnlyMemory<byte> _text;
    private JsonMember[]? _members;
    private JsonValue[]? _items;

    private JsonValue(JsonKind kind, ReadOnlyMemory<byte> text) => (Kind, _text) = (kind, text);

    public JsonKind Kind { get; }

    public bool IsContainer => Kind >= JsonKind.Array;

    /// <summary>Work units that opening this value costs: its text has to be scanned once.</summary>
    public int OpeningWork => _members is null && _items is null ? _text.Length / 16 : 0;

    /// <summary>The text of a scalar, or of a container that was not edited.</summary>
    public ReadOnlySpan<byte> Text => _text.Span;

    /// <summary>The members of an object, sorted by key.</summary>
    public JsonMember[] Members => _members ??= ReadMembers();

    /// <summary>The elements of an array.</summary>
    public JsonValue[] Items => _items ??= ReadItems();

    public static JsonValue FromCanonical(ReadOnlyMemory<byte> text) => new(KindOf(text.Span[0]), text);

    public static JsonValue FromString(string text) => new(JsonKind.String, CanonicalString.Quote(text));

    public static JsonValue FromMembers(JsonMember[] members) =>
        members.Length == 0 ? EmptyObject : new JsonValue(JsonKind.Object, default) { _members = members };

    public static JsonValue FromItems(JsonValue[] items) =>
        items.Length == 0 ? FromCanonical("[]"u8.ToArray()) : new JsonValue(JsonKind.Array, default) { _items = items };

    /// <summary>The text of a string value, decoded.</summary>
    public string DecodeString() => CanonicalString.Decode(_text.Span[1..^1]);

    /// <summary>The value of a member; null when the object has none of that key.</summary>
    public JsonValue? Find(ReadOnlySpan<byte> key)
    {
        var index = IndexOf(key);
        return index < 0 ? null : Members[index].Value;
    }

    /// <summary>The object with a member set; the same object when the member holds that very value already.</summary>
    public JsonValue With(ReadOnlyMemory<byte> key, JsonValue value)
    {
        var index = IndexOf(key.Span);
        var members = Members;
        if (index >= 0)
        {
            if (ReferenceEquals(members[index].Value, value))
            {
                return this;
            }

            var replaced = (JsonMember[])members.Clone();
            replaced[index] = new JsonMember(key, value);
            return FromMembers(replaced);
        }

        var place = ~index;
        var extended = new JsonMember[members.Length + 1];
        Array.Copy(members, extended, place);
        extended[place] = new JsonMember(key, value);
        Array.Copy(members, place, extended, place + 1, members.Length - place);
        return FromMembers(extended);
    }

    /// <summary>The object without a member; the same object when it has none of that key.</summary>
    public JsonValue Without(ReadOnlySpan<byte> key)
    {
        var index = IndexOf(key);
        if (index < 0)
        {
            return this;
        }

        var members = Members;
        var rest = new JsonMember[members.Length - 1];
        Array.Copy(members, rest, index);
        Array.Copy(members, index + 1, rest, index, rest.Length - index);
        return FromMembers(rest);
    }

    /// <summary>Whether two values have the same canonical form.</summary>
    public bool ContentEquals(JsonValue other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (Kind != other.Kind)
        {
            return false;
        }

        if (!_text.IsEmpty && !other._text.IsEmpty)
        {
            return Text.SequenceEqual(other.Text);
        }

        return Kind == JsonKind.Array ? HasSameItems(other) : HasSameMembers(other);
    }

    /// <summary>The canonical bytes; the original ones when nothing was edited.</summary>
    public ReadOnlyMemory<byte> ToCanonical()
    {
        if (!_text.IsEmpty)
        {
            return _text;
        }

        var output = new ArrayBufferWriter<byte>(1024);
        WriteTo(output);
        return output.WrittenMemory;
    }

    /// <summary>The number of canonical bytes; counting ends soon after it is over the limit.</summary>
    public long Measure(long limit)
    {
        if (!_text.IsEmpty)
        {
            return _text.Length;
        }

        long size = 1;
        if (Kind == JsonKind.Array)
        {
            for (var index = 0; index < Items.Length && size <= limit; index++)
            {
                size += 1 + Items[index].Measure(limit);
            }
        }
        else
        {
            for (var index = 0; index < Members.Length && size <= limit; index++)
            {
                size += 4 + Members[index].Key.Length + Members[index].Value.Measure(limit);
            }
        }

        return size;
    }

    /// <summary>Writes the canonical bytes.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (!_text.IsEmpty)
        {
            output.Write(_text.Span);
            return;
        }

        output.Write(Kind == JsonKind.Array ? "["u8 : "{"u8);
        if (Kind == JsonKind.Array)
        {
            for (var index = 0; index < Items.Length; index++)
            {
                output.Write(index == 0 ? ""u8 : ","u8);
                Items[index].WriteTo(output);
            }
        }
        else
        {
            for (var index = 0; index < Members.Length; index++)
            {
                output.Write(index == 0 ? "\""u8 : ",\""u8);
                output.Write(Members[index].Key.Span);
                output.Write("\":"u8);
                Members[index].Value.WriteTo(output);
            }
        }

        output.Write(Kind == JsonKind.Array ? "]"u8 : "}"u8);
    }

    private static JsonKind KindOf(byte first) => first switch
    {
        (byte)'{' => JsonKind.Object,
        (byte)'[' => JsonKind.Array,
        (byte)'"' => JsonKind.String,
        (byte)'t' => JsonKind.True,
        (byte)'f' => JsonKind.False,
        (byte)'n' => JsonKind.Null,
        _ => JsonKind.Number,
    };

    /// <summary>The index of a key, or the complement of the index where it belongs.</summary>
    private int IndexOf(ReadOnlySpan<byte> key)
    {
        var members = Members;
        var (low, high) = (0, members.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = CanonicalString.Compare(members[middle].Key.Span, key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    private bool HasSameItems(JsonValue other)
    {
        var (left, right) = (Items, other.Items);
        var isSame = left.Length == right.Length;
        for (var index = 0; isSame && index < left.Length; index++)
        {
            isSame = left[index].ContentEquals(right[index]);
        }

        return isSame;
    }

    private bool HasSameMembers(JsonValue other)
    {
        var (left, right) = (Members, other.Members);
        var isSame = left.Length == right.Length;
        for (var index = 0; isSame && index < left.Length; index++)
        {
            isSame = left[index].Key.Span.SequenceEqual(right[index].Key.Span)
                && left[index].Value.ContentEquals(right[index].Value);
        }

        return isSame;
    }

    private JsonMember[] ReadMembers()
    {
        var members = new List<JsonMember>();
        var reader = new MemberReader(_text.Span);
        while (reader.Read())
        {
            var key = _text[(reader.MemberStart + 1)..(reader.ValueStart - 2)];
            members.Add(new JsonMember(key, FromCanonical(_text[reader.ValueStart..reader.ValueEnd])));
        }

        return [.. members];
    }

    private JsonValue[] ReadItems()
    {
        var items = new List<JsonValue>();
        var reader = new ElementReader(_text.Span);
        while (reader.Read())
        {
            items.Add(FromCanonical(_text[reader.Start..reader.End]));
        }

        return [.. items];
    }
}
