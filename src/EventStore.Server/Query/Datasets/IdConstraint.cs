using EventStore.Groq.Planning;

namespace EventStore.Server.Query.Datasets;

/// <summary>Finds out that a constraint holds for documents of a few known ids only.</summary>
internal static class IdConstraint
{
    private const string IdAttribute = "_id";

    /// <summary>
    /// Those ids, in order, of which the constraint may still exclude some; null when it names none, or too many for
    /// looking them up to be better than reading on.
    /// </summary>
    public static IReadOnlyList<string>? Find(GroqConstraint constraint)
    {
        if (Ids(constraint) is not { } ids || ids.Count > ServerLimits.QueryLookups)
        {
            return null;
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }

    private static HashSet<string>? Ids(GroqConstraint constraint) => constraint switch
    {
        GroqConstraint.Compare { Comparison: GroqComparison.Equal } compare when IsId(compare.Path) =>
            Texts([compare.Value]),
        GroqConstraint.OneOf oneOf when IsId(oneOf.Path) => Texts(oneOf.Values),
        GroqConstraint.All all => all.Parts.Select(Ids).OfType<HashSet<string>>().MinBy(ids => ids.Count),
        GroqConstraint.Any any => Union(any.Parts),
        _ => null,
    };

    private static HashSet<string>? Union(IReadOnlyList<GroqConstraint> parts)
    {
        var union = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            if (Ids(part) is not { } ids)
            {
                return null;
            }

            union.UnionWith(ids);
        }

        return union;
    }

    private static bool IsId(GroqPath path) => path.Single == IdAttribute;

    /// <summary>An id is a string: no document has any other constant for one.</summary>
    private static HashSet<string> Texts(IEnumerable<GroqConstant> constants) =>
        constants.Select(constant => constant.Text).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
