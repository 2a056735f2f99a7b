using EventStore.Log.Documents;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Merging;

/// <summary>One carrying over, and the conflicts it met. A value that is not there is null.</summary>
internal sealed class ValueMerge
{
    private readonly List<string> _conflicts = [];

    public IReadOnlyList<string> Conflicts => _conflicts;

    public JsonValue? Carry(JsonValue? from, JsonValue? to, JsonValue? onto, MergePath? path)
    {
        if (AreSame(from, to) || AreSame(onto, to))
        {
            return onto;
        }

        if (AreSame(onto, from))
        {
            return to;
        }

        return (from?.Kind, to?.Kind, onto?.Kind) switch
        {
            (JsonKind.Object, JsonKind.Object, JsonKind.Object) => CarryMembers(from!, to!, onto!, path),
            (JsonKind.Array, JsonKind.Array, JsonKind.Array) => CarryItems(from!, to!, onto!, path),
            _ => Conflict(to, path),
        };
    }

    private static bool AreSame(JsonValue? one, JsonValue? other) =>
        one is null ? other is null : other is not null && one.ContentEquals(other);

    private JsonValue? Conflict(JsonValue? to, MergePath? path)
    {
        if (_conflicts.Count < DocumentMerge.ConflictsNamed)
        {
            _conflicts.Add(MergePath.Spell(path));
        }

        return to;
    }

    /// <summary>Members are sorted, so one pass over the three lists meets every key once.</summary>
    private JsonValue CarryMembers(JsonValue from, JsonValue to, JsonValue onto, MergePath? path)
    {
        var (left, right, target) = (from.Members, to.Members, onto.Members);
        var (leftAt, rightAt, targetAt) = (0, 0, 0);
        var members = new List<JsonMember>(target.Length);
        while (leftAt < left.Length || rightAt < right.Length || targetAt < target.Length)
        {
            var key = Least(Least(KeyAt(left, leftAt), KeyAt(right, rightAt)), KeyAt(target, targetAt))!.Value;
            var result = Carry(
                Take(left, ref leftAt, key),
                Take(right, ref rightAt, key),
                Take(target, ref targetAt, key),
                MergePath.OfMember(path, key.Span));
            if (result is not null)
            {
                members.Add(new(key, result));
            }
        }

        return JsonValue.FromMembers([.. members]);
    }

    /// <summary>Without the cast null would become an empty key, by way of an empty array.</summary>
    private static ReadOnlyMemory<byte>? KeyAt(JsonMember[] members, int index) =>
        index < members.Length ? (ReadOnlyMemory<byte>?)members[index].Key : null;

    private static ReadOnlyMemory<byte>? Least(ReadOnlyMemory<byte>? one, ReadOnlyMemory<byte>? other) =>
        one is null ? other
        : other is null || CanonicalString.Compare(one.Value.Span, other.Value.Span) <= 0 ? one
        : other;

    private static JsonValue? Take(JsonMember[] members, ref int index, ReadOnlyMemory<byte> key) =>
        index < members.Length && members[index].Key.Span.SequenceEqual(key.Span) ? members[index++].Value : null;

    private JsonValue? CarryItems(JsonValue from, JsonValue to, JsonValue onto, MergePath? path) =>
        KeyedItems.Of(from) is { } left && KeyedItems.Of(to) is { } right && KeyedItems.Of(onto) is { } target
            ? CarryKeyed(left, right, target, to, path)
            : CarryPlain(from.Items, to.Items, onto.Items, to, path);

    private JsonValue? CarryKeyed(
        KeyedItems from, KeyedItems to, KeyedItems onto, JsonValue whole, MergePath? path)
    {
        if (KeyOrder.Merge(from, to, onto) is not { } order)
        {
            return Conflict(whole, path);
        }

        var items = new List<JsonValue>(order.Count);
        foreach (var key in order)
        {
            if (Carry(from.Find(key), to.Find(key), onto.Find(key), MergePath.OfKey(path, key)) is { } item)
            {
                items.Add(item);
            }
        }

        return JsonValue.FromItems([.. items]);
    }

    /// <summary>
    /// Without keys each side is taken to have replaced one stretch. Stretches that are apart are both replaced; else,
    /// when nothing was added or taken away, elements at the same place are taken for the same.
    /// </summary>
    private JsonValue? CarryPlain(JsonValue[] from, JsonValue[] to, JsonValue[] onto, JsonValue whole, MergePath? path)
    {
        var (start, end) = Changed(from, to);
        var (otherStart, otherEnd) = Changed(from, onto);
        if (end < otherStart || otherEnd < start)
        {
            // What was added before the stretch, if it stands behind the other side's.
            var shift = otherEnd < start ? onto.Length - from.Length : 0;
            var added = to.AsSpan(start..(end + to.Length - from.Length));
            return JsonValue.FromItems([.. onto[..(start + shift)], .. added, .. onto[(end + shift)..]]);
        }

        if (from.Length != to.Length || from.Length != onto.Length)
        {
            return Conflict(whole, path);
        }

        var items = new JsonValue[from.Length];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = Carry(from[index], to[index], onto[index], MergePath.OfIndex(path, index))!;
        }

        return JsonValue.FromItems(items);
    }

    /// <summary>The stretch of the first array that is another one in the second.</summary>
    private static (int Start, int End) Changed(JsonValue[] one, JsonValue[] other)
    {
        var most = Math.Min(one.Length, other.Length);
        var start = 0;
        while (start < most && one[start].ContentEquals(other[start]))
        {
            start++;
        }

        var tail = 0;
        while (tail < most - start && one[^(tail + 1)].ContentEquals(other[^(tail + 1)]))
        {
            tail++;
        }

        return (start, one.Length - tail);
    }
}
