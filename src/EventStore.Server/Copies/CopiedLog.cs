using System.Globalization;
using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Server.Jobs;

namespace EventStore.Server.Copies;

/// <summary>
/// A copy with history: the log itself, row by row, up to the sequence. The database copies portion after portion, each
/// a step of the job, so that an interrupted copy goes on behind the last one.
/// </summary>
internal sealed class CopiedLog(
    TransactionReader reader, DatasetReader datasets, TransactionAppender appender, CopiedMutations mutations)
{
    private static readonly string[] ReleaseFolders = ["_.releases.", "versions."];

    /// <summary>Makes the copy, up to its publication.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(
        JobRun run, CopyRequest request, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        using var steps = new LogSteps(run, target, step => LogCopy.Measure(step, request.Sequence));
        await new LogCopy(steps, source, target, request.Sequence).RunAsync(cancellationToken);
        await appender.SettleHeadsAsync(target, cancellationToken);
        if (request.SkipContentReleases)
        {
            await DeleteReleasesAsync(run, target, cancellationToken);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"Copied {request.Sequence} transactions on {steps.Current.Documents} documents");
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
}
