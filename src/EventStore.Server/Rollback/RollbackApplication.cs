using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;
using EventStore.Log.Transactions;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Datasets;
using EventStore.Server.Jobs;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>Applies a plan once, if the heads are still those that it was computed for.</summary>
internal sealed class RollbackApplication(
    RollbackPlanner planner,
    RollbackHistory history,
    EditReader edits,
    TransactionAppender appender,
    DocumentScreen screen,
    ActivityLog activity,
    JobQueue queue)
{
    /// <summary>Applies the plan of an order that has this digest.</summary>
    /// <exception cref="DescribedException">409: the order leads to another plan by now, or something is in the way of
    /// this one; nothing was done.</exception>
    public async Task<RollbackResult> ApplyAsync(
        DatasetRequest opened, RollbackOrder order, string id, CancellationToken cancellationToken)
    {
        if (await history.FindAsync(opened.Dataset, id, cancellationToken) is { } known)
        {
            return known;
        }

        var plan = await planner.PlanAsync(
            opened.Dataset,
            order,
            documents => RollbackAccess.RequireAsync(opened, screen, documents, cancellationToken),
            cancellationToken);
        if (plan.Id != id)
        {
            // Another request may have applied it while this one was planning.
            return await history.FindAsync(opened.Dataset, id, cancellationToken) ?? throw Outdated();
        }

        if (plan.Conflicts > 0)
        {
            throw new DescribedException(
                409, "planConflictError", $"{plan.Conflicts} documents are in the way of the plan; nothing was done");
        }

        if (plan.Active.Count == 0)
        {
            return new(id, RollbackResult.Applied, [], 0);
        }

        return plan.IsOneTransaction
            ? await AppendAsync(opened, plan, cancellationToken)
            : await BeginAsync(opened, order, plan, cancellationToken);
    }

    private static DescribedException Outdated() => new(
        409,
        "planOutdatedError",
        "Documents of the plan were edited since it was made, or the order is another one; nothing was done");

    /// <summary>
    /// What moved is looked up for the very end of the log that the transaction is appended to: the commit takes effect
    /// only if that is still the end.
    /// </summary>
    private async Task<RollbackResult> AppendAsync(
        DatasetRequest opened, RollbackPlan plan, CancellationToken cancellationToken)
    {
        var numbers = plan.Active.Select(entry => entry.Number).ToList();
        var request = new AppendRequest
        {
            Id = RollbackPlan.TransactionOf(plan.Id),
            Author = opened.Caller.UserId,
            Mutations = [],
            Select = SelectAsync,
            Check = AccessPolicy.ChecksChanges(opened.Access)
                ? (mutations, changes) => AccessPolicy.RequireChanges(opened.Access, mutations, changes)
                : null,
        };
        try
        {
            var result = await appender.AppendAsync(opened.Dataset, request, cancellationToken);
            return new(plan.Id, RollbackResult.Applied, [result.Id], plan.Active.Count);
        }
        catch (DescribedException)
        {
            return await history.FindAsync(opened.Dataset, plan.Id, cancellationToken) ?? throw Outdated();
        }

        async Task<IReadOnlyList<Mutation>> SelectAsync(long sequence)
        {
            var moved = await edits.FindTouchedAsync(
                opened.Dataset, plan.Range.AsOf, sequence, numbers, cancellationToken);
            return moved.Count == 0 ? [.. plan.Active.Select(entry => entry.Mutation!)] : throw Outdated();
        }
    }

    /// <summary>A large plan becomes several transactions, which a job appends.</summary>
    private async Task<RollbackResult> BeginAsync(
        DatasetRequest opened, RollbackOrder order, RollbackPlan plan, CancellationToken cancellationToken)
    {
        // The job writes in the name of the caller, but looks at no document for him.
        if (!opened.Access.AllowsEverywhere(RollbackAccess.Anywhere))
        {
            throw AccessPolicy.Forbidden("update");
        }

        var (dataset, author) = (opened.Dataset, opened.Caller.UserId);
        var request = RollbackRequest.Of(dataset, order, plan);
        if (request.Skipped.Count > ServerLimits.RollbackSkipped)
        {
            throw BoomException.BadRequest(
                $"More than {ServerLimits.RollbackSkipped} documents are left out for the sake of references");
        }

        var job = new Job(
            JobQueue.NewId(), RollbackJob.KindName, dataset.ProjectId, dataset.Name.Value, author, request.ToJson());
        await using var change = await activity.BeginAsync(cancellationToken);
        change.Record(new(
            dataset.ProjectId,
            author,
            "dataset.rollback",
            dataset.Name.Value,
            new() { ["plan"] = plan.Id, ["documents"] = plan.Active.Count, ["jobId"] = job.Id }));
        await queue.CommitAsync(change, job, cancellationToken);
        return new(plan.Id, RollbackResult.Running, [], 0) { JobId = job.Id };
    }
}
