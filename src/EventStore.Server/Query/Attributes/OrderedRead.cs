using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Reads the first documents of an order from the index of the order's path, without looking at the others: a stretch
/// of the index, and a longer one when too few of its documents are wanted.
/// </summary>
/// <remarks>
/// Documents with equal values are a <b>group</b>. A group counts as a whole: the last one that a stretch reaches may
/// go on behind it, and the index, read backwards, gives it in the wrong order of ids. If the end falls inside of that
/// group, its first documents are read by themselves.
/// </remarks>
internal sealed class OrderedRead(
    IndexReader reader, IStoredDocuments stored, AttributeLayout layout, ConstraintAccess translation)
{
    private const int Spare = 3;
    private const int Growth = 6;

    /// <summary>For more ranges than this, documents are read when it is known which ones are needed.</summary>
    private const int RangesWithDocuments = 3;

    private readonly SortedDictionary<string, GroqDocument> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tail = new(StringComparer.Ordinal);
    private ConstraintTest? _test;

    /// <summary>The order's path, for people.</summary>
    public string Description { get; private set; } = "_id";

    /// <summary>How many entries were looked at.</summary>
    public long Entries { get; private set; }

    /// <summary>At least the first documents of a source, by id; null when the index is of no help.</summary>
    public IEnumerable<GroqDocument>? Read(GroqSource source)
    {
        if (Plan(source) is not { } plan)
        {
            return null;
        }

        var wanted = (int)source.Limit!.Value;
        for (var count = wanted + Spare; count <= ServerLimits.IndexOrderedEntries; count *= Growth)
        {
            _taken.Clear();
            if (TryTake(plan, Read(plan, count), wanted, count))
            {
                AddTail();
                return _taken.Values;
            }
        }

        return null;
    }

    /// <summary>What <see cref="Read(GroqSource)"/> reads first of the index; null when it does not read it.</summary>
    public AttributeRequest? FirstRequest(GroqSource source) =>
        Plan(source) is { } plan
        && (int)source.Limit!.Value + Spare is <= ServerLimits.IndexOrderedEntries and var count
            ? Request(plan, count)
            : null;

    private OrderedPlan? Plan(GroqSource source) =>
        OrderedPath(source) is { } path
        && translation.Types(source.Constraint) is { } types
        && ConstraintTest.TryCreate(source.Constraint, types, out _test)
            ? new(path, types, source, stored)
            : null;

    private int? OrderedPath(GroqSource source)
    {
        if (source.Order.Count == 0 || source.Order[0].Path.Single == "_id")
        {
            return stored.HasOwnIds ? AttributeKeys.Existence : null;
        }

        if (ConstraintAccess.Path(source.Order[0].Path) is not { } path)
        {
            return null;
        }

        Description = path.ToString();
        reader.Ask(layout, [path]);
        return layout.PathNumber(path);
    }

    private AttributeAnswer Read(OrderedPlan plan, int count)
    {
        var answer = reader.Read(layout, Request(plan, count));
        Note(answer);
        return answer;
    }

    private static AttributeRequest Request(OrderedPlan plan, int count) => new()
    {
        Ranges = plan.Ranges,
        Descending = plan.IsDescending,
        Limit = count,
        TailLimit = ServerLimits.IndexTailDocuments,
        WithDocuments = plan.Ranges.Count <= RangesWithDocuments && count <= ServerLimits.QueryLookupSlice,
    };

    private void Note(AttributeAnswer answer)
    {
        Entries += answer.Entries.Count;
        _tail.UnionWith(answer.Tail.Select(candidate => candidate.Id.Value));
    }

    /// <summary>Takes group after group; false when the stretch has too few documents.</summary>
    private bool TryTake(OrderedPlan plan, AttributeAnswer answer, int wanted, int count)
    {
        var entries = plan.Sort(answer.Entries);
        var end = plan.FirstUncertain(answer.Entries, count);
        var fetched = 0;
        for (var start = 0; start < entries.Count && _taken.Count < wanted;)
        {
            var group = entries[start].Group;
            if (end is not null && plan.Compare(group, end) >= 0)
            {
                return !plan.TakesWholeGroups && !OrderedPlan.IsCut(group)
                    && TryTakeGroup(plan, group, wanted, count);
            }

            var after = start + 1;
            while (after < entries.Count && plan.Compare(entries[after].Group, group) == 0)
            {
                after++;
            }

            var most = plan.TakesWholeGroups || OrderedPlan.IsCut(group) ? int.MaxValue : wanted;
            if (start >= fetched)
            {
                // Groups are mostly of one: fetched one by one, they would take a round trip each.
                fetched = Math.Min(entries.Count, start + ServerLimits.QueryLookupSlice);
                stored.PrefetchStored(entries[start..fetched].ConvertAll(entry => entry.Id));
            }

            Take(entries[start..after].ConvertAll(entry => entry.Id), most);
            start = after;
        }

        return end is null || _taken.Count >= wanted;
    }

    /// <summary>
    /// Takes the first documents of one group by their ids; false when too few of those read are wanted.
    /// </summary>
    private bool TryTakeGroup(OrderedPlan plan, byte[] group, int wanted, int count)
    {
        var answer = reader.Read(layout, new()
        {
            Ranges = plan.Around(group),
            Limit = count,
            TailLimit = ServerLimits.IndexTailDocuments,
        });
        Note(answer);
        var last = answer.Entries.GroupBy(entry => entry.Range).Where(range => range.Count() >= count)
            .Select(range => range.Last().Id.Value).Min(StringComparer.Ordinal);
        var ids = answer.Entries.Select(entry => entry.Id.Value).Order(StringComparer.Ordinal)
            .TakeWhile(id => last is null || string.CompareOrdinal(id, last) <= 0).ToList();
        Take(ids, wanted);
        return _taken.Count >= wanted;
    }

    /// <summary>Takes documents until there are enough.</summary>
    private void Take(List<string> ids, int most)
    {
        foreach (var slice in ids.Where(id => !_tail.Contains(id)).Chunk(ServerLimits.QueryLookupSlice))
        {
            if (_taken.Count >= most)
            {
                return;
            }

            stored.PrefetchStored(slice);
            foreach (var id in slice)
            {
                if (_taken.Count >= most)
                {
                    return;
                }

                if (stored.Show(id) is { } document && _test!.Passes(document))
                {
                    _taken[stored.ShownId(id)!] = document;
                }
            }
        }
    }

    /// <summary>What was changed since the index was true may be anywhere in the order.</summary>
    private void AddTail()
    {
        foreach (var slice in _tail.Chunk(ServerLimits.QueryLookupSlice))
        {
            stored.PrefetchStored(slice);
            foreach (var id in slice)
            {
                if (stored.Show(id) is { } document)
                {
                    _taken[stored.ShownId(id)!] = document;
                }
            }
        }
    }
}
