using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Jobs;

namespace EventStore.Server.Rollback;

/// <summary>
/// Tells whether a plan was applied, and what that did. The log itself says so: the ids of the transactions are made of
/// the plan's digest.
/// </summary>
internal sealed class RollbackHistory(TransactionReader transactions, JobStore jobs)
{
    /// <summary>What became of a plan; null when it was not applied.</summary>
    public async Task<RollbackResult?> FindAsync(Dataset dataset, string plan, CancellationToken cancellationToken)
    {
        if (await FindAsync(dataset, RollbackPlan.TransactionOf(plan), cancellationToken) is { } whole)
        {
            return new(plan, RollbackResult.Applied, [whole.Id], whole.Effects.Count);
        }

        var (ids, documents) = (new List<TransactionId>(), 0);
        while (await FindAsync(dataset, RollbackPlan.TransactionOf(plan, ids.Count + 1), cancellationToken) is { } next)
        {
            ids.Add(next.Id);
            documents += next.Effects.Count;
        }

        var job = await FindJobAsync(dataset, plan, cancellationToken);
        var state = job?.State switch
        {
            JobStates.Pending or JobStates.Running => RollbackResult.Running,
            JobStates.Failed => RollbackResult.Failed,
            JobStates.Canceled => RollbackResult.Canceled,
            _ => RollbackResult.Applied,
        };

        // A job that failed or was canceled before it did anything is as good as none.
        return ids.Count == 0 && state != RollbackResult.Running
            ? null
            : new(plan, state, ids, documents) { JobId = job?.Id };
    }

    /// <summary>A transaction with the ids of the documents that it changed; null when there is none.</summary>
    public async Task<TransactionRecord?> FindAsync(
        Dataset dataset, TransactionId id, CancellationToken cancellationToken)
    {
        if (await transactions.FindSequenceAsync(dataset, id, cancellationToken) is not { } sequence)
        {
            return null;
        }

        var query = new TransactionQuery
        {
            FromSequence = sequence,
            ToSequence = sequence,
            Mutations = MutationDetail.None,
        };
        return await transactions.ReadAsync(dataset, query, cancellationToken).FirstAsync(cancellationToken);
    }

    private async Task<Job?> FindJobAsync(Dataset dataset, string plan, CancellationToken cancellationToken)
    {
        var query = new JobQuery(null, 0, ServerLimits.JobPageMost)
        {
            Kind = RollbackJob.KindName,
            Subject = dataset.Name.Value,
        };
        return (await jobs.ListAsync(dataset.ProjectId, query, cancellationToken)).FirstOrDefault(
            job => (string?)job.Request["plan"] == plan && (int?)job.Request["dataset"] == dataset.Number);
    }
}
