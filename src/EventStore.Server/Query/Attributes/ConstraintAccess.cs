using System.Globalization;
using EventStore.Groq.Planning;
using EventStore.Log;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;
using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Translates the constraint of a source into ranges of an attribute index. Every range holds at least the documents
/// that the condition it was made from is true of.
/// </summary>
/// <param name="layout">What is indexed.</param>
/// <param name="hasOwnIds">Whether the query sees documents under the ids that they are stored by.</param>
internal sealed class ConstraintAccess(AttributeLayout layout, bool hasOwnIds)
{
    /// <summary>Attributes that documents are not stored with, or that are found in other ways.</summary>
    private static readonly string[] NotIndexed = ["_id", "_type", "_rev", "_originalId"];

    private readonly List<AttributePath> _asked = [];

    /// <summary>Paths that the constraint names, indexed or not.</summary>
    public IReadOnlyList<AttributePath> Asked => _asked;

    /// <summary>The numbers of the types that a constraint asks for; those of all types when it asks for none; null
    /// when there are too many.</summary>
    public IReadOnlyList<int>? Types(GroqConstraint constraint)
    {
        if (TypeTest.Types(constraint) is { } types)
        {
            return [.. types.Select(layout.TypeNumber).Distinct()];
        }

        return layout.Types < ServerLimits.IndexedTypesOfQuery ? [.. layout.TypeNumbers] : null;
    }

    /// <summary>The ways to find what a constraint holds for, the most promising first.</summary>
    public IReadOnlyList<IndexAccess> Find(GroqConstraint constraint)
    {
        var types = Types(constraint);
        IReadOnlyList<GroqConstraint> parts = constraint is GroqConstraint.All all ? all.Parts : [constraint];
        var found = parts.Select(part => Find(part, types)).OfType<IndexAccess>().ToList();
        if (types is not null && TypeTest.Types(constraint) is not null)
        {
            found.Add(new(
                IndexAccessKind.Type, "type", [.. types.Select(type => AttributeKeys.Ids(type, "", null))]));
        }

        return [.. found.Where(access => access.Ranges.Count <= ServerLimits.IndexRanges)
            .OrderBy(access => access.Kind)];
    }

    /// <summary>The path of an attribute that can be indexed; null for others.</summary>
    public static AttributePath? Path(GroqPath path) =>
        NotIndexed.Contains(path.Names[0]) || path.Names.Count > Limits.IndexedPathNames
            || path.Names.Any(name => name.Length > Limits.IndexedNameLength || name.Contains('\0'))
            ? null
            : new(path.Names);

    private IndexAccess? Find(GroqConstraint part, IReadOnlyList<int>? types) => part switch
    {
        GroqConstraint.References references => layout.IsComplete(AttributeKeys.References)
            ? new(IndexAccessKind.Equality, "references", [.. references.Ids.Select(id => AttributeKeys.Range(
                AttributeKeys.References, AttributeKeys.OtherTypes, AttributeValues.Equal(id)))])
            : null,
        GroqConstraint.Any any => Union(any.Parts, types),
        GroqConstraint.All all => all.Parts.Select(inner => Find(inner, types)).OfType<IndexAccess>()
            .MinBy(access => access.Kind),
        _ when types is null => null,
        GroqConstraint.IdIn ids when hasOwnIds => ByPattern(ids.Pattern, types),
        GroqConstraint.Compare compare when compare.Path.Single == "_id" => hasOwnIds ? ByIds(compare, types) : null,
        GroqConstraint.Compare compare => ByValues(
            compare.Path,
            compare.Comparison == GroqComparison.Equal ? IndexAccessKind.Equality : IndexAccessKind.Range,
            Values(compare.Comparison, compare.Value) is { } values ? [values] : null,
            types),
        GroqConstraint.OneOf oneOf => ByValues(
            oneOf.Path,
            IndexAccessKind.Equality,
            [.. oneOf.Values.Distinct().Select(value => Values(GroqComparison.Equal, value)!.Value)],
            types),
        GroqConstraint.Defined defined => ByValues(
            defined.Path, IndexAccessKind.Existence, [AttributeValues.Defined], types),
        GroqConstraint.Not { Part: GroqConstraint.Defined defined } => ByValues(
            defined.Path, IndexAccessKind.Existence, [AttributeValues.Missing], types),
        _ => null,
    };

    private IndexAccess? Union(IReadOnlyList<GroqConstraint> parts, IReadOnlyList<int>? types)
    {
        var found = new List<IndexAccess>();
        foreach (var part in parts)
        {
            var own = TypeTest.Types(part) is null ? types : Types(part);
            var access = Find(part, own);
            if (access is null && own is not null && TypeTest.Types(part) is not null)
            {
                access = new(IndexAccessKind.Type, "type", [.. own.Select(type => AttributeKeys.Ids(type, "", null))]);
            }

            if (access is null)
            {
                return null;
            }

            found.Add(access);
        }

        return new(
            found.Count == 0 ? IndexAccessKind.Equality : found.Max(access => access.Kind),
            string.Join(" or ", found.Select(access => access.Description).Distinct()),
            [.. found.SelectMany(access => access.Ranges)]);
    }

    private IndexAccess? ByValues(
        GroqPath path, IndexAccessKind kind, IReadOnlyList<AttributeRange>? values, IReadOnlyList<int> types)
    {
        if (values is null || Path(path) is not { } asked)
        {
            return null;
        }

        _asked.Add(asked);
        return layout.PathNumber(asked) is { } number
            ? new(
                kind,
                string.Create(CultureInfo.InvariantCulture, $"{kind.ToString().ToLowerInvariant()} of {path}"),
                [.. types.SelectMany(type => values.Select(range => AttributeKeys.Range(number, type, range)))])
            : null;
    }

    /// <summary>The values that compare so; null when they are no range.</summary>
    public static AttributeRange? Values(GroqComparison comparison, GroqConstant value) => (comparison, value.Kind) switch
    {
        (GroqComparison.Equal, GroqConstantKind.Null) => AttributeValues.Missing,
        (GroqComparison.Equal, GroqConstantKind.Number) => AttributeValues.Equal(value.Number),
        (GroqComparison.Equal, GroqConstantKind.String) => AttributeValues.Equal(value.Text!),
        (GroqComparison.Equal, _) => AttributeValues.Equal(value.Kind == GroqConstantKind.True),
        (GroqComparison.Less, GroqConstantKind.Number) => AttributeValues.Below(value.Number, orEqual: false),
        (GroqComparison.LessOrEqual, GroqConstantKind.Number) => AttributeValues.Below(value.Number, orEqual: true),
        (GroqComparison.Greater, GroqConstantKind.Number) => AttributeValues.Above(value.Number, orEqual: false),
        (GroqComparison.GreaterOrEqual, GroqConstantKind.Number) => AttributeValues.Above(value.Number, orEqual: true),
        (GroqComparison.Less, GroqConstantKind.String) => AttributeValues.Below(value.Text!, orEqual: false),
        (GroqComparison.LessOrEqual, GroqConstantKind.String) => AttributeValues.Below(value.Text!, orEqual: true),
        (GroqComparison.Greater, GroqConstantKind.String) => AttributeValues.Above(value.Text!, orEqual: false),
        (GroqComparison.GreaterOrEqual, GroqConstantKind.String) => AttributeValues.Above(value.Text!, orEqual: true),
        _ => null,
    };

    private static IndexAccess? ByIds(GroqConstraint.Compare compare, IReadOnlyList<int> types)
    {
        if (compare.Value.Text is not { } id)
        {
            return null;
        }

        // A zero byte ends no id, so with it behind, an id is the first of those that follow it.
        (string From, string? To)? range = compare.Comparison switch
        {
            GroqComparison.Equal => (id, id + '\0'),
            GroqComparison.Less => ("", id),
            GroqComparison.LessOrEqual => ("", id + '\0'),
            GroqComparison.Greater => (id + '\0', null),
            GroqComparison.GreaterOrEqual => (id, null),
            _ => null,
        };
        return range is { } ids
            ? new(IndexAccessKind.Range, "ids", [.. types.Select(type => AttributeKeys.Ids(type, ids.From, ids.To))])
            : null;
    }

    /// <summary>What stands before the first star is the beginning of all ids that match.</summary>
    private static IndexAccess? ByPattern(string pattern, IReadOnlyList<int> types)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star == 0)
        {
            return null;
        }

        var (from, to) = star < 0
            ? (pattern, pattern + '\0')
            : (pattern[..star], pattern[..(star - 1)] + (char)(pattern[star - 1] + 1));
        return new(IndexAccessKind.Range, "ids", [.. types.Select(type => AttributeKeys.Ids(type, from, to))]);
    }
}
