using System.Text;
using EventStore.Groq.Planning;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;
using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// What to read of an index for an order, and how what is read is ordered. A group is told by its value; arrays,
/// objects and missing values are one, which an order does not tell apart. In the order of ids, every document is a
/// group.
/// </summary>
internal sealed class OrderedPlan
{
    private readonly int _path;
    private readonly IReadOnlyList<int> _types;
    private readonly byte[] _unordered = AttributeValues.Unordered[0].From;

    public OrderedPlan(int path, IReadOnlyList<int> types, GroqSource source, IStoredDocuments stored)
    {
        (_path, _types) = (path, types);
        IsDescending = source.Order is [{ Descending: true }, ..];
        TakesWholeGroups = path != AttributeKeys.Existence && (source.Order.Count > 1 || !stored.HasOwnIds);
        Ranges = path == AttributeKeys.Existence
            ? [.. types.SelectMany(type => Ids(type, stored.OnlyPublished))]
            : [.. types.Select(type => AttributeKeys.Range(path, type, Values(source)))];
    }

    /// <summary>The keys, for each type by itself.</summary>
    public IReadOnlyList<(byte[] From, byte[] To)> Ranges { get; }

    public bool IsDescending { get; }

    /// <summary>Whether something else than stored ids decides within a group.</summary>
    public bool TakesWholeGroups { get; }

    /// <summary>
    /// Whether a group may hold documents with different values, since their beginnings are the same.
    /// </summary>
    public static bool IsCut(byte[] group) => group.Length > 0 && group[^1] == 0 && AttributeValues.IsCut(group);

    /// <summary>The entries as the order has them.</summary>
    public List<(byte[] Group, string Id)> Sort(IReadOnlyList<AttributeCandidate> entries)
    {
        var sorted = entries.Select(entry => (Group: Group(entry), Id: entry.Id.Value)).ToList();
        sorted.Sort((one, other) => Compare(one.Group, other.Group) is not 0 and var order
            ? order
            : string.CompareOrdinal(one.Id, other.Id));
        return sorted;
    }

    /// <summary>The first group that may not be there as a whole; null when all are.</summary>
    public byte[]? FirstUncertain(IReadOnlyList<AttributeCandidate> entries, int count) =>
        entries.GroupBy(entry => entry.Range).Where(range => range.Count() >= count)
            .Select(range => Group(range.Last()))
            .Aggregate((byte[]?)null, (first, group) => first is null || Compare(group, first) < 0 ? group : first);

    /// <summary>Compares groups in the direction of the order.</summary>
    public int Compare(byte[] one, byte[] other)
    {
        var order = one.AsSpan().SequenceCompareTo(other);
        return IsDescending ? -order : order;
    }

    /// <summary>The keys of one group.</summary>
    public IReadOnlyList<(byte[] From, byte[] To)> Around(byte[] group)
    {
        if (_path == AttributeKeys.Existence)
        {
            var id = Encoding.UTF8.GetString(group);
            return [.. _types.Select(type => AttributeKeys.Ids(type, id, id + '\0'))];
        }

        var values = AttributeValues.IsUnordered(group)
            ? AttributeValues.Unordered
            : [AttributeValues.Around((ReadOnlySpan<byte>)group)];
        return [.. _types.SelectMany(type => values.Select(range => AttributeKeys.Range(_path, type, range)))];
    }

    /// <summary>Drafts and versions lie together: they are passed over.</summary>
    private static IEnumerable<(byte[] From, byte[] To)> Ids(int type, bool onlyPublished)
    {
        if (!onlyPublished)
        {
            return [AttributeKeys.Ids(type, "", null)];
        }

        var (drafts, versions) = (VersionIds.DraftPrefix, VersionIds.VersionPrefix);
        return
        [
            AttributeKeys.Ids(type, "", drafts),
            AttributeKeys.Ids(type, Behind(drafts), versions),
            AttributeKeys.Ids(type, Behind(versions), null),
        ];
    }

    private static string Behind(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    /// <summary>Conditions on the order's own path leave out what lies before and behind.</summary>
    private static AttributeRange Values(GroqSource source)
    {
        IReadOnlyList<GroqConstraint> parts = source.Constraint is GroqConstraint.All all
            ? all.Parts
            : [source.Constraint];
        var values = AttributeValues.Everything;
        foreach (var part in parts)
        {
            var narrower = part switch
            {
                GroqConstraint.Compare compare when compare.Path.Equals(source.Order[0].Path) =>
                    ConstraintAccess.Values(compare.Comparison, compare.Value),
                GroqConstraint.Defined defined when defined.Path.Equals(source.Order[0].Path) =>
                    AttributeValues.Defined,
                _ => null,
            };
            if (narrower is { } range)
            {
                values = new(
                    range.From.AsSpan().SequenceCompareTo(values.From) > 0 ? range.From : values.From,
                    range.To.AsSpan().SequenceCompareTo(values.To) < 0 ? range.To : values.To,
                    IsExact: false);
            }
        }

        return values;
    }

    private byte[] Group(AttributeCandidate entry)
    {
        if (_path == AttributeKeys.Existence)
        {
            return Encoding.UTF8.GetBytes(entry.Id.Value);
        }

        var value = AttributeKeys.Value(entry.Key.Span);
        return AttributeValues.IsUnordered(value) ? _unordered : value.ToArray();
    }
}
