using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;
using EventStore.Server.Copies;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Rollback;

/// <summary>
/// Applies a plan that is too large for one transaction: in portions, each of which is one. Before the first, all heads
/// must be those of the plan. A document that is edited later, while the job is at it, keeps that edit and is left out.
/// </summary>
/// <remarks>
/// The plan is made again from the log as of its sequence whenever a server takes the job, so it is always the same,
/// and so are the portions; a transaction's id tells its portion. What comes back is written first and what goes is
/// deleted last, so that references hold as far as possible wherever a job is canceled.
/// </remarks>
internal sealed class RollbackJob(
    RollbackPlanner planner, RollbackPortions portions, EditReader edits, TransactionReader transactions) : IJobKind
{
    public const string KindName = "dataset.rollback";

    private static readonly string[] Phases = [RollbackActions.Create, RollbackActions.Update, RollbackActions.Delete];

    public string Name => KindName;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var request = RollbackRequest.FromJson(run.Job.Request);
        var dataset = CopyRequest.Named(request.Dataset, run.Job.ProjectId, run.Job.Subject);
        var plan = await planner.PlanAgainAsync(
            dataset,
            request.Order,
            request.AsOf,
            request.Skipped.ToHashSet(StringComparer.Ordinal),
            cancellationToken);
        if (plan.Id != request.Plan)
        {
            throw new JobFailedException("The plan cannot be made again as it was; nothing was done");
        }

        var progress = run.Step is null
            ? await BeginAsync(run, dataset, plan, cancellationToken)
            : RollbackProgress.Read(run.Step);
        var order = plan.Active.OrderBy(entry => Array.IndexOf(Phases, entry.Action)).ToList();
        var together = plan.Active.Select(entry => entry.Id).ToHashSet();
        while (progress.Done < order.Count)
        {
            var portion = Portion(order, progress.Done);
            var left = await portions.AppendAsync(
                run, dataset, plan, portion, progress.Portion, together, cancellationToken);
            progress = progress.Next(portion.Count, left);
            await run.CommitAsync(
                (int)(100L * progress.Done / order.Count), Describe(progress), progress.ToJson(), cancellationToken);
        }

        await run.CompleteAsync(Describe(progress), null, cancellationToken);
    }

    /// <summary>What was appended is history: a plan the other way undoes it.</summary>
    public Task AbandonAsync(Job job, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    private async Task<RollbackProgress> BeginAsync(
        JobRun run, Dataset dataset, RollbackPlan plan, CancellationToken cancellationToken)
    {
        var first = RollbackPlan.TransactionOf(plan.Id, 1);
        if (await transactions.FindSequenceAsync(dataset, first, cancellationToken) is null)
        {
            var end = await transactions.HeadAsync(dataset, cancellationToken);
            var numbers = plan.Active.Select(entry => entry.Number).ToList();
            var moved = await edits.FindTouchedAsync(
                dataset, plan.Range.AsOf, end.Sequence, numbers, cancellationToken);
            if (moved.Count > 0)
            {
                throw new JobFailedException(
                    "Documents of the plan were edited since it was made; nothing was done");
            }
        }

        var progress = RollbackProgress.Beginning;
        await run.CommitAsync(0, "Rolling back", progress.ToJson(), cancellationToken);
        return progress;
    }

    private static List<RollbackEntry> Portion(List<RollbackEntry> order, int from)
    {
        var portion = new List<RollbackEntry>();
        var bytes = 0L;
        for (var index = from; index < order.Count && bytes < ServerLimits.RollbackPortionBytes; index++)
        {
            portion.Add(order[index]);
            bytes += order[index].Bytes;
            if (portion.Count == ServerLimits.RollbackPortion)
            {
                break;
            }
        }

        return portion;
    }

    private static string Describe(RollbackProgress progress)
    {
        var done = progress.Done - progress.Left;
        var text = string.Create(CultureInfo.InvariantCulture, $"{done} documents rolled back");
        var more = progress.Left > progress.Named.Count ? " …" : "";
        return progress.Left == 0 ? text : string.Create(
            CultureInfo.InvariantCulture,
            $"{text}; {progress.Left} were edited meanwhile and left: {string.Join(", ", progress.Named)}{more}");
    }
}
