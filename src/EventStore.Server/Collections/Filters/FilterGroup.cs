namespace EventStore.Server.Collections.Filters;

/// <summary>
/// Conditions joined by <c>AND</c> (all hold), <c>OR</c> (one holds) and <c>NOT</c> (none holds). Of the three all that
/// are there are required; an empty list requires nothing.
/// </summary>
internal sealed class FilterGroup(
    IReadOnlyList<CollectionFilter> all, IReadOnlyList<CollectionFilter> some, IReadOnlyList<CollectionFilter> none)
    : CollectionFilter
{
    public override bool Matches(ReadOnlySpan<byte> document)
    {
        foreach (var condition in all)
        {
            if (!condition.Matches(document))
            {
                return false;
            }
        }

        foreach (var condition in none)
        {
            if (condition.Matches(document))
            {
                return false;
            }
        }

        if (some.Count == 0)
        {
            return true;
        }

        foreach (var condition in some)
        {
            if (condition.Matches(document))
            {
                return true;
            }
        }

        return false;
    }
}
