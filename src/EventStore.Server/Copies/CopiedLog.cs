using System.Globalization;
using System.Text.Json.Nodes;
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
    private const string Transactions = "transactions";
    private const string Documents = "documents";
    private const string Heads = "heads";
    private const string Checkpoints = "checkpoints";
    private const string End = "end";

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
        var step = run.Step ?? Step(Transactions, 0, 0);
        while ((string)step["phase"]! != End)
        {
            step = (string)step["phase"]! switch
            {
                Transactions => await CopyTransactionsAsync(run, step, request, source, target, cancellationToken),
                Documents => await CopyDocumentsAsync(run, step, request, source, target, cancellationToken),
                Heads => await MakeHeadsAsync(run, step, request, target, cancellationToken),
                _ => await CopyCheckpointsAsync(run, step, request, source, target, cancellationToken),
            };
        }

        await appender.SettleHeadsAsync(target, cancellationToken);
        if (request.SkipContentReleases)
        {
            await DeleteReleasesAsync(run, target, cancellationToken);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"Copied {request.Sequence} transactions on {(int)step["documents"]!} documents");
    }

    private async Task<JsonObject> CopyTransactionsAsync(
        JobRun run,
        JsonObject step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        for (var done = (long)step["done"]!; done < request.Sequence;)
        {
            var (after, last) = (done, Math.Min(done + Limits.CopiedTransactions, request.Sequence));
            await CommitAsync(
                run,
                target,
                Step(Transactions, last, 0),
                (int)(last * TransactionsShare / request.Sequence),
                connection => LogCloner.CopyTransactionsAsync(
                    connection, source, target, after, last, cancellationToken),
                cancellationToken);
            done = last;
        }

        var next = Step(Documents, 0, 0);
        await CommitAsync(
            run,
            target,
            next,
            TransactionsShare,
            async connection =>
                next["documents"] = await LogCloner.CountDocumentsAsync(connection, target, cancellationToken),
            cancellationToken);
        return next;
    }

    private async Task<JsonObject> CopyDocumentsAsync(
        JobRun run,
        JsonObject step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        var documents = (int)step["documents"]!;
        for (var done = (int)step["done"]!; done < documents;)
        {
            var (after, last) = (done, Math.Min(done + Limits.CopiedDocuments, documents));
            await CommitAsync(
                run,
                target,
                Step(Documents, last, documents),
                Share(TransactionsShare, DocumentsShare, last, documents),
                connection => LogCloner.CopyDocumentsAsync(
                    connection, source, target, after, last, request.Sequence, cancellationToken),
                cancellationToken);
            done = last;
        }

        return Step(Heads, 0, documents);
    }

    private async Task<JsonObject> MakeHeadsAsync(
        JobRun run, JsonObject step, CopyRequest request, Dataset target, CancellationToken cancellationToken)
    {
        var documents = (int)step["documents"]!;
        for (int? done = (int)step["done"]!; done is { } after;)
        {
            var next = Step(Heads, after, documents);
            await CommitAsync(
                run,
                target,
                next,
                Share(DocumentsShare, HeadsShare, after, documents),
                async connection =>
                {
                    done = await PastHeads.WriteAsync(connection, target, request.Sequence, after, cancellationToken);
                    next["done"] = done ?? after;
                },
                cancellationToken);
        }

        return Step(Checkpoints, 0, documents);
    }

    private async Task<JsonObject> CopyCheckpointsAsync(
        JobRun run,
        JsonObject step,
        CopyRequest request,
        Dataset source,
        Dataset target,
        CancellationToken cancellationToken)
    {
        var documents = (int)step["documents"]!;
        for (long? done = (long)step["done"]!; done is { } after;)
        {
            var next = Step(Checkpoints, after, documents);
            await CommitAsync(
                run,
                target,
                next,
                HeadsShare,
                async connection =>
                {
                    done = await LogCloner.CopyCheckpointAsync(
                        connection, source, target, after, request.Sequence, cancellationToken);
                    next["done"] = done ?? after;
                },
                cancellationToken);
        }

        var end = Step(End, 0, documents);
        await CommitAsync(
            run,
            target,
            end,
            HeadsShare,
            connection => LogCloner.WriteEndAsync(
                connection, target, request.Sequence, documents, cancellationToken),
            cancellationToken);
        return end;
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
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
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

    private static Task CommitAsync(
        JobRun run,
        Dataset target,
        JsonObject step,
        int progress,
        Func<NpgsqlConnection, Task> write,
        CancellationToken cancellationToken) =>
        run.CommitAsync(
            step,
            progress,
            $"Copying {(string)step["phase"]!}",
            async connection =>
            {
                await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                await write(connection);
            },
            cancellationToken);

    private static JsonObject Step(string phase, long done, int documents) =>
        new() { ["phase"] = phase, ["done"] = done, ["documents"] = documents };

    private static int Share(int from, int to, int done, int of) => of == 0 ? to : from + ((to - from) * done / of);
}
