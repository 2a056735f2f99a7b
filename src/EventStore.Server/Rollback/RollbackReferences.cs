using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;

namespace EventStore.Server.Rollback;

/// <summary>
/// Finds the strong references that a plan would break. Nobody may choose to break them: with
/// <see cref="ConflictChoices.Skip"/> their documents are left out, else they are in the way of the plan.
/// </summary>
internal sealed class RollbackReferences(ReferenceReader references)
{
    /// <summary>Marks entries. Leaving one out may break a reference of another, so it goes on until none is found.
    /// </summary>
    public async Task CheckAsync(
        Dataset dataset,
        Dictionary<string, RollbackEntry> entries,
        string onConflict,
        CancellationToken cancellationToken)
    {
        var active = entries.Values.Where(entry => entry.IsActive).ToList();
        var breaking = active.Where(entry => entry.BreaksReferences).Select(entry => entry.Id.Value).ToList();
        var added = active.SelectMany(entry => entry.AddedTargets).Distinct(StringComparer.Ordinal).ToList();
        var sources = await references.ReadSourcesAsync(dataset, breaking, cancellationToken);
        var existing = await references.FindExistingAsync(dataset, added, cancellationToken);
        bool isFound;
        do
        {
            isFound = false;
            foreach (var entry in active.Where(entry => entry is { IsActive: true, Fault: null }))
            {
                entry.Fault = MissingTarget(entry, entries, existing) ?? RemainingSource(entry, entries, sources);
                if (entry.Fault is null)
                {
                    continue;
                }

                var isSkipped = onConflict == ConflictChoices.Skip;
                entry.Outcome = isSkipped ? RollbackActions.Skipped : RollbackActions.Conflict;
                entry.Action = isSkipped ? RollbackActions.None : entry.Action;
                isFound |= isSkipped;
            }
        }
        while (isFound);
    }

    private static RollbackFault? MissingTarget(
        RollbackEntry entry, Dictionary<string, RollbackEntry> entries, HashSet<string> existing)
    {
        foreach (var target in entry.AddedTargets)
        {
            var exists = entries.GetValueOrDefault(target) is { IsActive: true } planned
                ? planned.Action != RollbackActions.Delete
                : existing.Contains(target);
            if (!exists)
            {
                return new(RollbackFault.Missing, target);
            }
        }

        return null;
    }

    private static RollbackFault? RemainingSource(
        RollbackEntry entry, Dictionary<string, RollbackEntry> entries, ILookup<string, string> sources)
    {
        if (!entry.BreaksReferences)
        {
            return null;
        }

        var id = entry.Id.Value;
        foreach (var source in sources[id].Where(source => source != id))
        {
            var isGone = entries.GetValueOrDefault(source) is { IsActive: true } planned
                && (planned.Action == RollbackActions.Delete || !planned.KeptTargets.Contains(id));
            if (!isGone)
            {
                return new(RollbackFault.Referenced, source);
            }
        }

        // A change of type counts as a deletion to those who come to refer to the document in the same plan, too.
        return null;
    }
}
