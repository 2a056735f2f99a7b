using EventStore.Server.Activity;
using EventStore.Server.Backups.Format;
using Npgsql;

namespace EventStore.Server.Backups;

/// <summary>Which blobs backups are made of. A blob is removed when no backup names it, be that one complete or being
/// made.</summary>
/// <remarks>
/// Who makes a backup takes over what the one before names; who removes must not take that away in between. So both
/// hold the dataset's advisory lock in the database transaction that decides.
/// </remarks>
internal sealed class BackupPartStore(NpgsqlDataSource dataSource)
{
    /// <summary>Any fixed number that no other advisory lock of two numbers uses first.</summary>
    private const int PartsLock = 0x4576_4262;

    private const string Lock = "select pg_advisory_xact_lock($1, $2)";

    private const string Insert = """
        with added as (
            insert into eventstore.backup_part (source, key, length) values ($2, $3, $4) returning number
        )
        insert into eventstore.backup_use (backup, part) select $1, number from added
        """;

    private const string Share = """
        insert into eventstore.backup_use (backup, part)
        select $1, number from eventstore.backup_part where source = $2 and key = any ($3)
        """;

    private const string DropOthers = """
        delete from eventstore.backup_use
        using eventstore.backup_part
        where backup = $1 and part = number and not (key = any ($2))
        """;

    private const string SelectUnused = """
        select key from eventstore.backup_part part
        where source = $1 and not exists (select from eventstore.backup_use where backup_use.part = part.number)
        order by number limit $2
        """;

    private const string DeleteParts = "delete from eventstore.backup_part where source = $1 and key = any ($2)";

    private const string SelectUnusedAssets = """
        select key from eventstore.backup_asset asset
        where source = $1 and not exists (
            select from eventstore.backup where backup.source = $1 and backup.number >= asset.since)
        limit $2
        """;

    private const string DeleteAssets = "delete from eventstore.backup_asset where source = $1 and key = any ($2)";

    private const string SelectMissingAssets = """
        select encode(asset.sha1, 'hex'), asset.md5, asset.length from eventstore.asset
        where asset.dataset = $1 and asset.sha1 > $2 and not exists (
            select from eventstore.backup_asset kept where kept.source = $1 and kept.sha1 = asset.sha1)
        order by asset.sha1 limit $3
        """;

    private const string InsertAsset = """
        insert into eventstore.backup_asset (source, sha1, md5, length, sha256, key, since)
        values ($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string SelectAssets = """
        select encode(sha1, 'hex'), md5, length, sha256, key from eventstore.backup_asset
        where source = $1 and sha1 > $2 order by sha1 limit $3
        """;

    private const string SelectKnown = """
        select key from eventstore.backup_part where key = any ($1)
        union all
        select key from eventstore.backup_asset where key = any ($1)
        """;

    private const string SelectSources = """
        select source from eventstore.backup_part union select source from eventstore.backup_asset
        """;

    /// <summary>Keeps everybody else from removing or taking over parts of a dataset until the end of the open
    /// transaction of a connection.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, int source, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(Lock, PartsLock, source);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records a new blob, which a backup names.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, StoredBackup backup, string key, long length, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(Insert, backup.Number, backup.Source, key, length);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records that a backup names blobs that are there; false when one of them is not.</summary>
    public static async Task<bool> ShareAsync(
        NpgsqlConnection connection,
        StoredBackup backup,
        IReadOnlyCollection<string> keys,
        CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(Share, backup.Number, backup.Source, keys.ToArray());
        return await command.ExecuteNonQueryAsync(cancellationToken) == keys.Count;
    }

    /// <summary>Records that a backup names no other blobs than some.</summary>
    public static async Task DropOthersAsync(
        NpgsqlConnection connection,
        StoredBackup backup,
        IReadOnlyCollection<string> keys,
        CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(DropOthers, backup.Number, keys.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes blobs that no backup names, a portion of them.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="remove">Removes a blob; whatever stops it, what is recorded stays.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveUnusedAsync(
        int source, Func<string, Task> remove, CancellationToken cancellationToken) =>
        await RemoveAsync(source, SelectUnused, DeleteParts, remove, cancellationToken)
        + await RemoveAsync(source, SelectUnusedAssets, DeleteAssets, remove, cancellationToken);

    /// <summary>Contents that a dataset has and its backups lack.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="after">Digest behind which to look.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<BackedUpAsset>> ListMissingAssetsAsync(
        int source, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectMissingAssets, source, after.ToArray(), ServerLimits.BackupAssetsPerStep);
        return await command.ReadAllAsync(
            reader => new BackedUpAsset(
                reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), string.Empty, default),
            cancellationToken);
    }

    /// <summary>Records a content that was copied for a backup.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, StoredBackup backup, BackedUpAsset asset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            InsertAsset,
            backup.Source,
            Convert.FromHexString(asset.Sha1),
            asset.Md5.ToArray(),
            asset.Length,
            asset.Sha256.ToArray(),
            asset.Key,
            backup.Number);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Contents that the backups of a dataset have, by their digest.</summary>
    public async Task<IReadOnlyList<BackedUpAsset>> ListAssetsAsync(
        int source, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectAssets, source, after.ToArray(), ServerLimits.BackupAssetsPerPart);
        return await command.ReadAllAsync(
            reader => new BackedUpAsset(
                reader.GetString(0),
                reader.GetFieldValue<byte[]>(1),
                reader.GetInt64(2),
                reader.GetString(4),
                reader.GetFieldValue<byte[]>(3)),
            cancellationToken);
    }

    /// <summary>Those of some blobs that are recorded.</summary>
    public async Task<IReadOnlySet<string>> FindKnownAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectKnown, [keys.ToArray()]);
        return await ReadKeysAsync(command, cancellationToken);
    }

    /// <summary>The numbers of datasets of which something is recorded.</summary>
    public async Task<IReadOnlyList<int>> ListSourcesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectSources);
        return await command.ReadAllAsync(reader => reader.GetInt32(0), cancellationToken);
    }

    /// <summary>The blobs go before the rows: whoever is stopped in between is repeated.</summary>
    private async Task<int> RemoveAsync(
        int source, string select, string delete, Func<string, Task> remove, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, source, cancellationToken);
        await using var unused = connection.CreateCommand(select, source, ServerLimits.BackupPartsRemoved);
        var keys = await ReadKeysAsync(unused, cancellationToken);
        foreach (var key in keys)
        {
            await remove(key);
        }

        await using var command = connection.CreateCommand(delete, source, keys.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return keys.Count;
    }

    private static async Task<HashSet<string>> ReadKeysAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }
}
