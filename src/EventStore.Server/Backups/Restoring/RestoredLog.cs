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
        using var steps = new LogSteps(run, target, step => Measure(step, order));
        if (steps.Current.Phase == LogStep.Transactions)
        {
            await WriteAsync(steps, archive, order, target, cancellationToken);
        }

        if (steps.Current.Phase == LogStep.Heads)
        {
            await DeriveAsync(run, steps, target, cancellationToken);
        }

        await assets.CopyAllAsync(run, archive, target, DerivedShare, cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Restored {order.Sequence} transactions on {steps.Current.Documents} documents");
    }

    private static int Measure(LogStep step, RestoreOrder order) => step.Phase switch
    {
        LogStep.Transactions => (int)(step.Done * LogShare / order.Sequence),
        LogStep.Heads => LogShare,
        _ => DerivedShare,
    };

    private static async Task WriteAsync(
        LogSteps steps,
        BackupArchive archive,
        RestoreOrder order,
        Dataset target,
        CancellationToken cancellationToken)
    {
        var portion = new List<LoggedTransaction>();
        var bytes = 0L;
        await foreach (var transaction in archive.ReadLogAsync(steps.Current.Done, order.Sequence, cancellationToken))
        {
            portion.Add(transaction);
            bytes += SizeOf(transaction);
            if (portion.Count == Limits.CopiedTransactions || bytes > ServerLimits.RestoredBytes)
            {
                await WriteAsync(steps, target, portion, cancellationToken);
                portion.Clear();
                bytes = 0;
            }
        }

        if (portion.Count > 0)
        {
            await WriteAsync(steps, target, portion, cancellationToken);
        }

        await steps.CommitAsync(
            "Making what is derived of the log",
            async connection =>
            {
                await LogCloner.WriteEndAsync(
                    connection, target, order.Sequence, steps.Current.Documents, cancellationToken);
                return step => step with { Phase = LogStep.Heads };
            },
            cancellationToken);
    }

    private static Task WriteAsync(
        LogSteps steps, Dataset target, List<LoggedTransaction> portion, CancellationToken cancellationToken) =>
        steps.CommitAsync(
            "Restoring transactions",
            async connection =>
            {
                var documents = await LogRestorer.WriteAsync(
                    connection, target, portion, steps.Current.Documents, cancellationToken);
                return step => step with { Done = portion[^1].Header.Sequence, Documents = documents };
            },
            cancellationToken);

    /// <summary>
    /// Who goes on after an interruption begins this anew: it finds most of it done. It writes without the fence, as a
    /// rebuild that anybody asks for does: what is derived of a log is the same whoever makes it.
    /// </summary>
    private async Task DeriveAsync(
        JobRun run, LogSteps steps, Dataset target, CancellationToken cancellationToken)
    {
        await foreach (var progress in rebuilder.RebuildAsync(target, cancellationToken))
        {
            if (progress is RebuildProgress { Documents: var done, Of: var documents })
            {
                await run.CommitAsync(
                    LogShare + (int)((DerivedShare - LogShare) * (long)done / documents),
                    "Making what is derived of the log",
                    steps.Current.ToJson(),
                    cancellationToken);
            }
        }

        await steps.CommitAsync(
            "Restoring assets",
            _ => Task.FromResult<Func<LogStep, LogStep>>(step => step with { Phase = LogStep.End }),
            cancellationToken);
    }

    private static long SizeOf(LoggedTransaction transaction) => transaction.Mutations.Length
        + transaction.Effects.Sum(effect => (long)effect.Effect.Apply.Length + effect.Effect.Revert.Length);
}
