using EventStore.Log.Postgres.Copies;
using EventStore.Log.Transactions;
using EventStore.Server.Backups.Format;
using EventStore.Server.Jobs;

namespace EventStore.Server.Backups.Making;

/// <summary>Writes the part of the log that the backup before lacks.</summary>
internal sealed class LogBackup(StoredLogReader log)
{
    /// <summary>What share of the work, in percent, is done at its end.</summary>
    public const int Share = 60;

    public async Task<BackupStep> RunAsync(BackupWork work, BackupStep step, CancellationToken cancellationToken)
    {
        var last = work.Backup.Sequence;
        var writer = WriterBehind(step);
        try
        {
            await foreach (var transaction in log.ReadAsync(work.Dataset, EndOf(step), last, cancellationToken))
            {
                writer.Add(transaction);
                if (writer.IsFull)
                {
                    step = await KeepAsync(work, step, writer, cancellationToken);
                    writer = WriterBehind(step);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new JobFailedException(exception.Message);
        }

        if (!writer.IsEmpty)
        {
            step = await KeepAsync(work, step, writer, cancellationToken);
        }

        return step with { Phase = BackupStep.DocumentsPhase };
    }

    private static long EndOf(BackupStep step) => step.Log is [.., var last] ? last.To : 0;

    private static LogPartWriter WriterBehind(BackupStep step) => step.Log is [.., var last]
        ? new(Convert.FromHexString(last.Digest), last.Documents)
        : new(TransactionDigest.Genesis, 0);

    private static Task<BackupStep> KeepAsync(
        BackupWork work, BackupStep step, LogPartWriter writer, CancellationToken cancellationToken)
    {
        var (content, part) = writer.Finish();
        var key = work.NewKey();
        return work.KeepAsync(
            content,
            key,
            (int)(part.To * Share / work.Backup.Sequence),
            "Writing transactions",
            sha256 => step with { Log = [.. step.Log, part with { Key = key, Sha256 = sha256 }] },
            cancellationToken);
    }
}
