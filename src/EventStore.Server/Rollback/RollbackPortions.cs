using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;
using EventStore.Log.Transactions;
using EventStore.Server.Jobs;

namespace EventStore.Server.Rollback;

/// <summary>Appends the transactions of a large rollback, each once.</summary>
internal sealed class RollbackPortions(
    RollbackPlanner planner, RollbackHistory history, EditReader edits, TransactionAppender appender)
{
    /// <summary>Appends a portion unless the log has it.</summary>
    /// <param name="run">The job.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="plan">The whole plan.</param>
    /// <param name="portion">Some of its documents.</param>
    /// <param name="number">The portion's number.</param>
    /// <param name="together">All documents of the plan: references among them were looked at for the plan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The documents that were left as somebody had edited them, or what they refer to, meanwhile.</returns>
    public async Task<IReadOnlyList<DocumentId>> AppendAsync(
        JobRun run,
        Dataset dataset,
        RollbackPlan plan,
        List<RollbackEntry> portion,
        int number,
        IReadOnlySet<DocumentId> together,
        CancellationToken cancellationToken)
    {
        var id = RollbackPlan.TransactionOf(plan.Id, number);
        var refused = new HashSet<DocumentId>();
        List<PlannedDocument>? planned = null;
        while (true)
        {
            if (await history.FindAsync(dataset, id, cancellationToken) is { } known)
            {
                var written = known.Effects.Select(effect => effect.DocumentId).ToHashSet();
                return [.. portion.Select(entry => entry.Id).Where(document => !written.Contains(document))];
            }

            planned ??= await ReadAsync(dataset, plan, portion, cancellationToken);
            var request = new AppendRequest
            {
                Id = id,
                Author = run.Job.Author,
                Mutations = [],
                Select = sequence => SelectAsync(
                    dataset, plan, planned.FindAll(document => !refused.Contains(document.Id)), sequence,
                    cancellationToken),
                WrittenTogether = together,
            };
            var result = await appender.AppendGroupAsync(dataset, [new(request)], run.Fence, cancellationToken);
            if (result.Failure is { } failure && !IsExpected(failure, refused))
            {
                throw failure;
            }
        }
    }

    private async Task<List<PlannedDocument>> ReadAsync(
        Dataset dataset, RollbackPlan plan, List<RollbackEntry> portion, CancellationToken cancellationToken)
    {
        var planned = new List<PlannedDocument>(portion.Count);
        foreach (var slice in portion.Chunk(Log.Limits.ChainsPerRead))
        {
            planned.AddRange(await planner.ReadAsync(dataset, plan.Range, slice, cancellationToken));
        }

        return planned;
    }

    /// <summary>What of a portion can be done on the end of the log that it is appended to.</summary>
    private async Task<IReadOnlyList<Mutation>> SelectAsync(
        Dataset dataset,
        RollbackPlan plan,
        List<PlannedDocument> documents,
        long sequence,
        CancellationToken cancellationToken)
    {
        var numbers = documents.ConvertAll(document => document.Edited.Number);
        var moved = await edits.FindTouchedAsync(dataset, plan.Range.AsOf, sequence, numbers, cancellationToken);
        return
        [
            .. documents.Where(document => !moved.Contains(document.Edited.Number))
                .Select(document => document.ToMutation()),
        ];
    }

    /// <summary>
    /// Whether to look again: the log has got the portion by now, or a document is left out, since what it refers to,
    /// or what refers to it, was changed by others.
    /// </summary>
    private static bool IsExpected(Exception failure, HashSet<DocumentId> refused) =>
        failure is MutationException { Items: [var (_, error), ..] }
        && error.Type switch
        {
            MutationErrorType.TransactionAlreadyExists => true,
            MutationErrorType.DocumentHasExistingReferences or MutationErrorType.DocumentReferenceDoesNotExist =>
                DocumentId.TryParse(error.Id, out var id, out _) && refused.Add(id),
            _ => false,
        };
}
