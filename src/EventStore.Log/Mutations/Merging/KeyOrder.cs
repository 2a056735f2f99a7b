namespace EventStore.Log.Mutations.Merging;

/// <summary>In which order the elements of a merged array stand.</summary>
internal static class KeyOrder
{
    /// <summary>
    /// All keys of the three arrays, in the order that both changes ask for; null when they ask for different ones.
    /// Elements that only one side has moved go where it moved them. What both have inserted at one place has no
    /// order that follows from anything, so it is a conflict.
    /// </summary>
    public static IReadOnlyList<string>? Merge(KeyedItems from, KeyedItems to, KeyedItems onto)
    {
        if (HasMoved(from, to) || HasMoved(from, onto))
        {
            return onto.Keys.SequenceEqual(from.Keys) ? WithRest(to, from)
                : to.Keys.SequenceEqual(from.Keys) ? WithRest(onto, from)
                : null;
        }

        return Combine(Insertions(from, to), Insertions(from, onto), onto) is { } insertions
            ? Place(from, insertions)
            : null;
    }

    private static bool HasMoved(KeyedItems from, KeyedItems side) =>
        !side.Keys.Where(from.Contains).SequenceEqual(from.Keys.Where(side.Contains));

    /// <summary>What the order lacks is gone on that side; it stands at the end in case that is a conflict.</summary>
    private static List<string> WithRest(KeyedItems order, KeyedItems from) =>
        [.. order.Keys, .. from.Keys.Where(key => !order.Contains(key))];

    private static List<Insertion> Insertions(KeyedItems from, KeyedItems side)
    {
        var places = from.Keys.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        var insertions = new List<Insertion>();
        var pending = new List<string>();
        var first = 0;
        foreach (var key in side.Keys)
        {
            if (!places.TryGetValue(key, out var place))
            {
                pending.Add(key);
                continue;
            }

            Finish(place);
            first = place + 1;
        }

        Finish(from.Keys.Count);
        return insertions;

        void Finish(int last)
        {
            if (pending.Count > 0)
            {
                insertions.Add(new(first, last, pending));
                pending = [];
            }
        }
    }

    /// <summary>Both lists ascend, and no two of one list overlap.</summary>
    private static List<Insertion>? Combine(List<Insertion> added, List<Insertion> held, KeyedItems onto)
    {
        var all = new List<Insertion>(held);
        var at = 0;
        foreach (var insertion in added)
        {
            while (at < held.Count && held[at].Last < insertion.First)
            {
                at++;
            }

            var isHeld = at < held.Count && held[at].Keys.SequenceEqual(insertion.Keys);
            if (isHeld)
            {
                continue;
            }

            if ((at < held.Count && held[at].Overlaps(insertion)) || insertion.Keys.Exists(onto.Contains))
            {
                return null;
            }

            all.Add(insertion);
        }

        return all;
    }

    private static List<string> Place(KeyedItems from, List<Insertion> insertions)
    {
        var byPlace = insertions.ToDictionary(insertion => insertion.First);
        var order = new List<string>();
        for (var place = 0; place <= from.Keys.Count; place++)
        {
            order.AddRange(byPlace.GetValueOrDefault(place)?.Keys ?? []);
            if (place < from.Keys.Count)
            {
                order.Add(from.Keys[place]);
            }
        }

        return order;
    }

    /// <summary>Keys that a side has and the origin has not.</summary>
    /// <param name="First">They stand before this element of the origin, or before a later one</param>
    /// <param name="Last">up to this: those in between are gone on that side.</param>
    /// <param name="Keys">The keys.</param>
    private sealed record Insertion(int First, int Last, List<string> Keys)
    {
        public bool Overlaps(Insertion other) => First <= other.Last && other.First <= Last;
    }
}
