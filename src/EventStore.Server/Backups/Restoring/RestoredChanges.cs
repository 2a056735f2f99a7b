using System.Globalization;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Copies;
using EventStore.Server.Jobs;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// Restores documents by ordinary transactions: what differs is replaced, what is missing created, what the backup does
/// not have deleted, unless others are to be kept.
/// </summary>
/// <remarks>
/// Whoever goes on after an interruption compares anew: what was done already makes no difference any more.
/// </remarks>
internal sealed class RestoredChanges(
    RestoreComparison comparison, CopiedMutations mutations, RestoredAssets assets)
{
    private const int Progress = 50;

    /// <summary>Restores into a new dataset.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> CreateAsync(
        JobRun run, BackupArchive archive, RestoreOrder order, Dataset target, CancellationToken cancellationToken)
    {
        if ((string)run.Step!["phase"]! == LogStep.Transactions)
        {
            await run.CommitAsync(
                Progress,
                "Restoring documents",
                async connection =>
                {
                    await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                    await LogCloner.WriteEndAsync(connection, target, 0, 0, cancellationToken);
                    return new LogStep(LogStep.Rows, 0, 0).ToJson();
                },
                cancellationToken);
        }

        return await RunAsync(run, archive, order, target, cancellationToken);
    }

    /// <summary>Restores into a dataset that is there.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(
        JobRun run, BackupArchive archive, RestoreOrder order, Dataset target, CancellationToken cancellationToken)
    {
        var (written, deleted) = ((int?)run.Step!["written"] ?? 0, (int?)run.Step["deleted"] ?? 0);
        var portions = mutations.Begin(run, target);
        var gathered = new List<ReadOnlyMemory<byte>>();

        // A document must never name content that is not kept.
        portions.Require = async () =>
        {
            foreach (var document in gathered)
            {
                await assets.CopyOfAsync(run, archive, document, target, Progress, cancellationToken);
            }

            gathered.Clear();
        };
        await foreach (var pair in comparison.CompareAsync(archive, order, target, cancellationToken))
        {
            var mutation = pair.ToMutation()!;
            (written, deleted) = mutation is DeleteMutation ? (written, deleted + 1) : (written + 1, deleted);
            gathered.Add(pair.Wanted);
            if (await portions.AddAsync(mutation, pair.Wanted.Length, cancellationToken))
            {
                var step = new LogStep(LogStep.Rows, 0, 0).ToJson();
                (step["written"], step["deleted"]) = (written, deleted);
                await run.CommitAsync(Progress, Describe(written, deleted), step, cancellationToken);
            }
        }

        await portions.FlushAsync(cancellationToken);
        return Describe(written, deleted);
    }

    private static string Describe(int written, int deleted) =>
        string.Create(CultureInfo.InvariantCulture, $"{written} documents restored, {deleted} deleted");
}
