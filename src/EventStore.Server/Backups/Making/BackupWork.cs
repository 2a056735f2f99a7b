using System.Globalization;
using System.Security.Cryptography;
using EventStore.Log.Postgres;
using EventStore.Server.Blobs;
using EventStore.Server.Jobs;
using Npgsql;

namespace EventStore.Server.Backups.Making;

/// <summary>One server's work on a backup: keeps parts and commits how far it is.</summary>
/// <param name="run">The job.</param>
/// <param name="backup">The backup that is made.</param>
/// <param name="blobs">Where parts are kept.</param>
internal sealed class BackupWork(JobRun run, StoredBackup backup, IBlobStore blobs)
{
    private int _blobs;

    public StoredBackup Backup => backup;

    public JobRun Run => run;

    /// <summary>The dataset, known enough to be read.</summary>
    public Dataset Dataset { get; } = Copies.CopyRequest.Named(
        backup.Source, backup.ProjectId, backup.DatasetName);

    /// <summary>The digest that a manifest names a blob with.</summary>
    public static string DigestOf(ReadOnlyMemory<byte> content) =>
        Convert.ToHexStringLower(SHA256.HashData(content.Span));

    /// <summary>A key that no other attempt uses: what a server that lost the job still writes is nobody's.</summary>
    public string NewKey() => string.Create(
        CultureInfo.InvariantCulture,
        $"{BackupKeys.FolderOf(backup.Source)}/{backup.Job}/{run.Job.Fence}-{++_blobs}");

    /// <summary>Keeps a part and commits a step that names it.</summary>
    /// <param name="content">The part.</param>
    /// <param name="key">Where it is kept.</param>
    /// <param name="progress">0 to 100.</param>
    /// <param name="message">What is being done.</param>
    /// <param name="next">Where to go on, given the digest of the part.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<BackupStep> KeepAsync(
        ReadOnlyMemory<byte> content,
        string key,
        int progress,
        string message,
        Func<string, BackupStep> next,
        CancellationToken cancellationToken)
    {
        await PutAsync(key, content, cancellationToken);
        var step = next(DigestOf(content));
        step = step with { WrittenBytes = step.WrittenBytes + content.Length };
        await CommitAsync(
            progress,
            message,
            step,
            connection => BackupPartStore.AddAsync(connection, backup, key, content.Length, cancellationToken),
            cancellationToken);
        return step;
    }

    /// <summary>Commits a step.</summary>
    public Task CommitAsync(
        int progress,
        string message,
        BackupStep step,
        Func<NpgsqlConnection, Task>? write,
        CancellationToken cancellationToken) => run.CommitAsync(
            progress,
            message,
            async connection =>
            {
                await (write?.Invoke(connection) ?? Task.CompletedTask);
                return step.ToJson();
            },
            cancellationToken);

    /// <summary>Keeps a blob.</summary>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await blobs.PutAsync(BlobKey.Of(key), stream, cancellationToken);
    }
}
