using System.Globalization;
using System.Runtime.CompilerServices;
using EventStore.Log;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Copies;

/// <summary>
/// A copy with history: the log itself, row by row, up to the sequence. The database copies portion after portion, each
/// a step of the job, so that an interrupted copy goes on behind the last one.
/// </summary>
internal sealed class CopiedLog(
    TransactionReader reader, DatasetReader datasets, TransactionAppender appender, CopiedMutations mutations)
{
    /// <summary>What share of the work, in percent, is done when a phase has ended.</summary>
    private const int TransactionsShare = 75;
    private const int DocumentsShare = 90;
    private const int HeadsShare = 95;

    private static readonly string[] ReleaseFolders = ["_.releases.", "versions."];

    /// <summary>Makes the copy, up to its publication.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(
        JobRun run, CopyRequest request, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        var step = LogStep.Read(run.Step);
        while (step.Phase != LogStep.End)
        {
            step = step.Phase switch
            {
                LogStep.Transactions => await CopyTransactionsAsync(
                    run, step, request, source, target, cancellationToken),
                LogStep.Rows => await CopyDocumentsAsync(run, step, request, source, target, cancellationToken),
                LogStep.Heads => await MakeHeadsAsync(run, step, request, target, cancellationToken),
                _ => await CopyCheckpointsAsync(run, step, request, source, target, cancellationToken),
            };
        }

        await appender.SettleHeadsAsync(target, cancellationToken);
        if (request.SkipContentReleases)
        {
            await DeleteReleasesAsync(run, target, cancellationToken);
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"Copied {request.Sequence} transactions on {step.Documents} documents");
    }

    private static async Task<LogStep> CopyTransactionsAsync(
        JobRun run,
        LogStep step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        while (step.Done < request.Sequence)
        {
            var after = step.Done;
            var next = step with { Done = Math.Min(after + Limits.CopiedTransactions, request.Sequence) };
            step = await CommitAsync(
                run,
                target,
                (int)(next.Done * TransactionsShare / request.Sequence),
                "Copying transactions",
                async connection =>
                {
                    await LogCloner.CopyTransactionsAsync(
                        connection, source, target, after, next.Done, cancellationToken);
                    return next;
                },
                cancellationToken);
        }

        return await CommitAsync(
            run,
            target,
            TransactionsShare,
            "Copying documents",
            async connection => new LogStep(
                LogStep.Rows, 0, await LogCloner.CountDocumentsAsync(connection, target, cancellationToken)),
            cancellationToken);
    }

    private static async Task<LogStep> CopyDocumentsAsync(
        JobRun run,
        LogStep step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        while (step.Done < step.Documents)
        {
            var after = (int)step.Done;
            var next = step with { Done = Math.Min(after + Limits.CopiedDocuments, step.Documents) };
            step = await CommitAsync(
                run,
                target,
                Share(TransactionsShare, DocumentsShare, next),
                "Copying documents",
                async connection =>
                {
                    await LogCloner.CopyDocumentsAsync(
                        connection, source, target, after, (int)next.Done, request.Sequence, cancellationToken);
                    return next;
                },
                cancellationToken);
        }

        return step with { Phase = LogStep.Heads, Done = 0 };
    }

    private static async Task<LogStep> MakeHeadsAsync(
        JobRun run, LogStep step, CopyRequest request, Dataset target, CancellationToken cancellationToken)
    {
        while (step.Phase == LogStep.Heads)
        {
            var current = step;
            step = await CommitAsync(
                run,
                target,
                Share(DocumentsShare, HeadsShare, step),
                "Copying documents",
                async connection =>
                    await PastHeads.WriteAsync(
                        connection, target, request.Sequence, (int)current.Done, cancellationToken) is { } last
                        ? current with { Done = last }
                        : current with { Phase = LogStep.Checkpoints, Done = 0 },
                cancellationToken);
        }

        return step;
    }

    private static async Task<LogStep> CopyCheckpointsAsync(
        JobRun run,
        LogStep step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        while (step.Phase == LogStep.Checkpoints)
        {
            var current = step;
            step = await CommitAsync(
                run,
                target,
                HeadsShare,
                "Copying checkpoints",
                async connection =>
                {
                    if (await LogCloner.CopyCheckpointsAsync(
                        connection, source, target, current.Done, request.Sequence, cancellationToken) is { } copied)
                    {
                        return current with { Done = copied };
                    }

                    await LogCloner.WriteEndAsync(
                        connection, target, request.Sequence, current.Documents, cancellationToken);
                    return current with { Phase = LogStep.End };
                },
                cancellationToken);
        }

        return step;
    }

    /// <summary>The log stays what it was: documents of releases are deleted by transactions behind it.</summary>
    private async Task DeleteReleasesAsync(JobRun run, Dataset target, CancellationToken cancellationToken)
    {
        var end = (await reader.HeadAsync(target, cancellationToken)).Sequence;
        var portion = mutations.Begin(run, target);
        foreach (var folder in ReleaseFolders)
        {
            await foreach (var id in ListAsync(target, end, folder, cancellationToken))
            {
                await portion.AddAsync(new DeleteMutation(id, Purge: false), 0, cancellationToken);
            }
        }

        await portion.FlushAsync(cancellationToken);
    }

    private async IAsyncEnumerable<DocumentId> ListAsync(
        Dataset dataset,
        long asOf,
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in datasets.ReadAsync(dataset, asOf, prefix, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var id = batch[index].Id;
                if (!id.Value.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return id;
            }
        }
    }

    private static async Task<LogStep> CommitAsync(
        JobRun run,
        Dataset target,
        int progress,
        string message,
        Func<NpgsqlConnection, Task<LogStep>> write,
        CancellationToken cancellationToken)
    {
        var step = default(LogStep)!;
        await run.CommitAsync(
            progress,
            message,
            async connection =>
            {
                await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                step = await write(connection);
                return step.ToJson();
            },
            cancellationToken);
        return step;
    }

    private static int Share(int from, int to, LogStep step) =>
        step.Documents == 0 ? to : from + (int)((to - from) * step.Done / step.Documents);
}
