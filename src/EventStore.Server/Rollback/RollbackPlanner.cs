using System.Globalization;
using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>Makes plans. All but the look at references is a function of the order and the log up to a
/// sequence.</summary>
internal sealed class RollbackPlanner(TransactionReader transactions, EditReader edits, RollbackReferences references)
{
    /// <summary>Makes a plan as of the end of the log.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="order">What to undo.</param>
    /// <param name="require">Refuses documents that the caller may not roll back.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BoomException">400: too many documents; 404: a transaction is unknown.</exception>
    public async Task<RollbackPlan> PlanAsync(
        Dataset dataset,
        RollbackOrder order,
        Func<IReadOnlyList<PlannedDocument>, Task> require,
        CancellationToken cancellationToken)
    {
        var end = await transactions.HeadAsync(dataset, cancellationToken);
        var range = await RollbackRange.FindAsync(order, dataset, end.Sequence, transactions, cancellationToken);
        var entries = await SurveyAsync(dataset, range, order, require, cancellationToken);
        var byId = entries.ToDictionary(entry => entry.Id.Value, StringComparer.Ordinal);
        await references.CheckAsync(dataset, byId, order.OnConflict, cancellationToken);
        return new(range, entries);
    }

    /// <summary>Makes a plan again as it was made.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="order">What to undo.</param>
    /// <param name="asOf">The end of the log that it was made at.</param>
    /// <param name="skipped">Ids that were left out for the sake of references: these may be others today.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RollbackPlan> PlanAgainAsync(
        Dataset dataset,
        RollbackOrder order,
        long asOf,
        IReadOnlySet<string> skipped,
        CancellationToken cancellationToken)
    {
        var range = await RollbackRange.FindAsync(order, dataset, asOf, transactions, cancellationToken);
        var entries = await SurveyAsync(dataset, range, order, null, cancellationToken);
        foreach (var entry in entries.Where(entry => skipped.Contains(entry.Id.Value)))
        {
            (entry.Action, entry.Outcome) = (RollbackActions.None, RollbackActions.Skipped);
        }

        return new(range, entries);
    }

    /// <summary>The documents of a plan, by ascending id, whole.</summary>
    public async IAsyncEnumerable<PlannedDocument> ReadAsync(
        Dataset dataset, RollbackPlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var slice in plan.Entries.Chunk(Log.Limits.ChainsPerRead))
        {
            foreach (var planned in await ReadAsync(dataset, plan.Range, slice, cancellationToken))
            {
                yield return planned;
            }
        }
    }

    /// <summary>Some documents of a plan, whole.</summary>
    public async Task<IReadOnlyList<PlannedDocument>> ReadAsync(
        Dataset dataset,
        RollbackRange range,
        IReadOnlyList<RollbackEntry> entries,
        CancellationToken cancellationToken)
    {
        var documents = entries.Select(entry => (entry.Id, entry.Number)).ToList();
        return await ReadAsync(dataset, range, documents, cancellationToken);
    }

    private async Task<IReadOnlyList<PlannedDocument>> ReadAsync(
        Dataset dataset,
        RollbackRange range,
        IReadOnlyList<(DocumentId Id, int Number)> documents,
        CancellationToken cancellationToken)
    {
        try
        {
            var edited = await edits.ReadAsync(dataset, range.Selection, range.AsOf, documents, cancellationToken);
            return [.. edited.Select(PlannedDocument.Of)];
        }
        catch (TooManyEditsException exception)
        {
            throw BoomException.BadRequest($"{exception.Message}; undo a shorter time");
        }
    }

    /// <summary>
    /// One pass over the documents. What a plan does is kept as long as it fits into one transaction, and beyond that
    /// only what the plan as a whole depends on.
    /// </summary>
    private async Task<List<RollbackEntry>> SurveyAsync(
        Dataset dataset,
        RollbackRange range,
        RollbackOrder order,
        Func<IReadOnlyList<PlannedDocument>, Task>? require,
        CancellationToken cancellationToken)
    {
        var entries = new List<RollbackEntry>();
        var bytes = 0L;
        await foreach (var slice in edits.ListAsync(dataset, range.Selection, cancellationToken))
        {
            var planned = await ReadAsync(dataset, range, slice, cancellationToken);
            await (require?.Invoke(planned) ?? Task.CompletedTask);
            foreach (var document in planned)
            {
                if (document is { Action: RollbackActions.None, Conflicts.Count: 0 })
                {
                    continue;
                }

                var entry = RollbackEntry.Of(document, order.OnConflict);
                bytes += entry.Bytes;
                entry.Mutation = bytes <= ServerLimits.RollbackBytes
                    && entries.Count < ServerLimits.RollbackTransactionDocuments
                        ? document.ToMutation()
                        : null;
                entries.Add(entry);
            }

            if (entries.Count > ServerLimits.RollbackDocuments)
            {
                throw BoomException.BadRequest(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The plan has more than {ServerLimits.RollbackDocuments} documents; undo less at a time, "
                    + $"or copy the dataset as it was"));
            }
        }

        return entries;
    }
}
