using System.Globalization;
using EventStore.Log;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Postgres.Replay;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Copies;
using EventStore.Server.Jobs;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// Puts the log of a backup back, row by row, up to a sequence, and makes what is derived of it. A step is a portion of
/// the log.
/// </summary>
internal sealed class RestoredLog(DerivedRebuilder rebuilder, RestoredAssets assets)
{
    /// <summary>What share of the work, in percent, is done when a phase has ended.</summary>
    private const int LogShare = 60;
    private const int DerivedShare = 90;

    /// <summary>Restores everything, up to the publication.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(
        JobRun run, BackupArchive archive, RestoreOrder order, Dataset target, CancellationToken cancellationToken)
    {
        var step = LogStep.Read(run.Step);
        if (step.Phase == LogStep.Transactions)
        {
            step = await WriteAsync(run, archive, order, target, step, cancellationToken);
        }

        if (step.Phase == LogStep.Heads)
        {
            step = await DeriveAsync(run, target, step, cancellationToken);
        }

        await assets.CopyAllAsync(run, archive, target, DerivedShare, cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture, $"Restored {order.Sequence} transactions on {step.Documents} documents");
    }

    private static async Task<LogStep> WriteAsync(
        JobRun run,
        BackupArchive archive,
        RestoreOrder order,
        Dataset target,
        LogStep step,
        CancellationToken cancellationToken)
    {
        var portion = new List<LoggedTransaction>();
        var bytes = 0L;
        await foreach (var transaction in archive.ReadLogAsync(step.Done, order.Sequence, cancellationToken))
        {
            portion.Add(transaction);
            bytes += SizeOf(transaction);
            if (portion.Count == Limits.CopiedTransactions || bytes > ServerLimits.RestoredBytes)
            {
                step = await WriteAsync(run, order, target, portion, step, cancellationToken);
                portion.Clear();
                bytes = 0;
            }
        }

        if (portion.Count > 0)
        {
            step = await WriteAsync(run, order, target, portion, step, cancellationToken);
        }

        var next = step with { Phase = LogStep.Heads };
        await run.CommitAsync(
            LogShare,
            "Making what is derived of the log",
            async connection =>
            {
                await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                await LogCloner.WriteEndAsync(connection, target, order.Sequence, step.Documents, cancellationToken);
                return next.ToJson();
            },
            cancellationToken);
        return next;
    }

    private static async Task<LogStep> WriteAsync(
        JobRun run,
        RestoreOrder order,
        Dataset target,
        List<LoggedTransaction> portion,
        LogStep step,
        CancellationToken cancellationToken)
    {
        var next = step with { Done = portion[^1].Header.Sequence };
        await run.CommitAsync(
            (int)(next.Done * LogShare / order.Sequence),
            "Restoring transactions",
            async connection =>
            {
                await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                var documents = await LogRestorer.WriteAsync(
                    connection, target, portion, step.Documents, cancellationToken);
                next = next with { Documents = documents };
                return next.ToJson();
            },
            cancellationToken);
        return next;
    }

    /// <summary>
    /// Who goes on after an interruption begins this anew: it finds most of it done. It writes without the fence, as a
    /// rebuild that anybody asks for does: what is derived of a log is the same whoever makes it.
    /// </summary>
    private async Task<LogStep> DeriveAsync(
        JobRun run, Dataset target, LogStep step, CancellationToken cancellationToken)
    {
        await foreach (var progress in rebuilder.RebuildAsync(target, cancellationToken))
        {
            if (progress is RebuildProgress { Documents: var done, Of: var documents })
            {
                await run.CommitAsync(
                    LogShare + (int)((DerivedShare - LogShare) * (long)done / documents),
                    "Making what is derived of the log",
                    step.ToJson(),
                    cancellationToken);
            }
        }

        var next = step with { Phase = LogStep.End };
        await run.CommitAsync(DerivedShare, "Restoring assets", next.ToJson(), cancellationToken);
        return next;
    }

    private static long SizeOf(LoggedTransaction transaction) => transaction.Mutations.Length
        + transaction.Effects.Sum(effect => (long)effect.Effect.Apply.Length + effect.Effect.Revert.Length);
}
