using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Backups;

/// <summary>Backups in the database.</summary>
internal sealed class BackupStore(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        number, id, project_id, dataset_name, source, sequence, revision, created_at, job, author,
        coalesce(documents, 0), coalesce(assets, 0), coalesce(bytes, 0), coalesce(written_bytes, 0),
        coalesce(manifest, ''), coalesce(manifest_length, 0), coalesce(manifest_sha256, '')
        """;

    private const string Insert = """
        insert into eventstore.backup
            (id, project_id, dataset_name, source, job, author, sequence, revision, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::text, $9)
        on conflict (source) where completed_at is null do nothing
        """;

    private const string SelectMany = $"""
        select {Columns} from eventstore.backup
        where project_id = $1 and dataset_name = $2 and completed_at is not null
            and ($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4)
        order by created_at desc, number desc limit $5
        """;

    private const string SelectOne = $"""
        select {Columns} from eventstore.backup
        where project_id = $1 and dataset_name = $2 and id = $3 and completed_at is not null
        """;

    private const string SelectByManifest = $"""
        select {Columns} from eventstore.backup where manifest = $1 and completed_at is not null
        """;

    private const string SelectOpen = $"""
        select {Columns} from eventstore.backup where job = $1 and completed_at is null
        """;

    private const string SelectLast = $"""
        select {Columns} from eventstore.backup where source = $1 and completed_at is not null
        order by number desc limit 1
        """;

    private const string SelectOfSource = $"""
        select {Columns} from eventstore.backup where source = $1 and completed_at is not null order by number
        """;

    private const string SelectAny = """
        select from eventstore.backup
        where project_id = $1 and dataset_name = $2 and completed_at is not null limit 1
        """;

    private const string Delete = "delete from eventstore.backup where number = $1 and completed_at is not null";

    private const string DeleteOpen = "delete from eventstore.backup where job = $1 and completed_at is null";

    private const string Complete = """
        update eventstore.backup
        set completed_at = clock_timestamp(), documents = $2, assets = $3, bytes = $4, written_bytes = $5,
            manifest = $6, manifest_length = $7, manifest_sha256 = $8
        where number = $1 and completed_at is null
        """;

    /// <summary>Adds a backup that is going to be made; false when one of the dataset is being made already.</summary>
    public static async Task<bool> InsertAsync(
        ManagementTransaction change, StoredBackup backup, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(
            Insert,
            backup.Id,
            backup.ProjectId,
            backup.DatasetName,
            backup.Source,
            backup.Job,
            backup.Author,
            backup.Sequence,
            backup.Revision,
            backup.CreatedAt);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Backups of the datasets that have or had a name, the newest first.</summary>
    /// <param name="projectId">Their project.</param>
    /// <param name="datasetName">The name.</param>
    /// <param name="after">Only those made then or later.</param>
    /// <param name="before">Only those made earlier.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<StoredBackup>> ListAsync(
        string projectId,
        string datasetName,
        DateTimeOffset? after,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken) =>
        ReadAsync(SelectMany, cancellationToken, projectId, datasetName, after, before, limit);

    /// <summary>One that is complete, or null.</summary>
    public async Task<StoredBackup?> FindAsync(
        string projectId, string datasetName, string id, CancellationToken cancellationToken) =>
        (await ReadAsync(SelectOne, cancellationToken, projectId, datasetName, id)).SingleOrDefault();

    /// <summary>The complete one whose manifest is a blob, or null.</summary>
    public async Task<StoredBackup?> FindByManifestAsync(string key, CancellationToken cancellationToken) =>
        (await ReadAsync(SelectByManifest, cancellationToken, key)).SingleOrDefault();

    /// <summary>The one that a job makes, until it is complete.</summary>
    public async Task<StoredBackup?> FindOpenAsync(string job, CancellationToken cancellationToken) =>
        (await ReadAsync(SelectOpen, cancellationToken, job)).SingleOrDefault();

    /// <summary>The newest complete one of a dataset.</summary>
    public async Task<StoredBackup?> FindLastAsync(int source, CancellationToken cancellationToken) =>
        (await ReadAsync(SelectLast, cancellationToken, source)).SingleOrDefault();

    /// <summary>All complete ones of a dataset, the oldest first.</summary>
    public Task<IReadOnlyList<StoredBackup>> ListAsync(int source, CancellationToken cancellationToken) =>
        ReadAsync(SelectOfSource, cancellationToken, source);

    /// <summary>Whether a dataset of this name has backups.</summary>
    public async Task<bool> AnyAsync(string projectId, string datasetName, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectAny, projectId, datasetName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    /// <summary>Deletes a complete backup; false when it is gone. Its parts are removed later.</summary>
    public async Task<bool> DeleteAsync(long number, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Delete, number);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <inheritdoc cref="DeleteAsync(long, CancellationToken)"/>
    public static async Task<bool> DeleteAsync(
        ManagementTransaction change, long number, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Delete, number);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Gives up the backup that a job was making, if it is not complete.</summary>
    public static async Task AbandonAsync(
        NpgsqlConnection connection, string job, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(DeleteOpen, job);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes a backup visible in the open transaction of a connection.</summary>
    /// <exception cref="BoomException">409: it is complete or gone.</exception>
    public static async Task CompleteAsync(
        NpgsqlConnection connection, StoredBackup backup, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            Complete,
            backup.Number,
            backup.Documents,
            backup.Assets,
            backup.Bytes,
            backup.WrittenBytes,
            backup.Manifest,
            backup.ManifestLength,
            Convert.FromHexString(backup.ManifestSha256));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw BoomException.Conflict("The backup is not being made any more");
        }
    }

    private async Task<IReadOnlyList<StoredBackup>> ReadAsync(
        string sql, CancellationToken cancellationToken, params List<object?> parameters)
    {
        await using var command = dataSource.CreateCommand(sql, parameters);
        return await command.ReadAllAsync(reader => Read(reader), cancellationToken);
    }

    private static StoredBackup Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetInt32(4),
        reader.GetInt64(5),
        reader.TextOrNull(6),
        reader.GetFieldValue<DateTimeOffset>(7))
    {
        Job = reader.GetString(8),
        Author = reader.GetString(9),
        Documents = reader.GetInt64(10),
        Assets = reader.GetInt64(11),
        Bytes = reader.GetInt64(12),
        WrittenBytes = reader.GetInt64(13),
        Manifest = reader.GetString(14),
        ManifestLength = reader.GetInt64(15),
        ManifestSha256 = Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(16)),
    };
}
