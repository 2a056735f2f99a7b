using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using Npgsql;

namespace EventStore.Server.Assets;

/// <summary>
/// What the database knows of the contents of assets. A row says that the content was kept once; documents are what
/// makes it an asset.
/// </summary>
internal sealed class AssetStore(NpgsqlDataSource dataSource)
{
    private const string Insert = """
        insert into eventstore.asset (dataset, sha1, md5, length)
        select number, $2, $3, $4 from eventstore.dataset where number = $1 and deleted_at is null
        on conflict (dataset, sha1) do nothing
        """;

    private const string Select = "select md5, length from eventstore.asset where dataset = $1 and sha1 = $2";

    private const string SelectMissing = """
        select encode(source.sha1, 'hex') from eventstore.asset source
        where source.dataset = $1 and not exists (
            select from eventstore.asset target where target.dataset = $2 and target.sha1 = source.sha1)
        order by source.sha1 limit $3
        """;

    private const string Copy = """
        insert into eventstore.asset (dataset, sha1, md5, length)
        select $2, sha1, md5, length from eventstore.asset where dataset = $1 and sha1 = $3
        on conflict (dataset, sha1) do nothing
        """;

    /// <summary>Digests of some contents that one dataset has and another lacks.</summary>
    public async Task<IReadOnlyList<string>> ListMissingAsync(
        Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectMissing, source.Number, target.Number, ServerLimits.CopiedAssets);
        return await command.ReadAllAsync(reader => reader.GetString(0), cancellationToken);
    }

    /// <summary>Remembers a content that another dataset has for this one, too.</summary>
    public static async Task CopyAsync(
        NpgsqlConnection connection,
        Dataset source,
        Dataset target,
        string sha1,
        CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            Copy, source.Number, target.Number, Convert.FromHexString(sha1));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Remembers a content that is kept, in the open transaction of a connection.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection,
        Dataset dataset,
        string sha1,
        ReadOnlyMemory<byte> md5,
        long length,
        CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            Insert, dataset.Number, Convert.FromHexString(sha1), md5.ToArray(), length);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Remembers a content that is kept.</summary>
    public async Task AddAsync(Dataset dataset, UploadedContent content, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            Insert, dataset.Number, Convert.FromHexString(content.Sha1), content.Md5, content.Length);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What is known of a content, if there was ever one.</summary>
    public async Task<AssetRow?> FindAsync(Dataset dataset, string sha1, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, dataset.Number, Convert.FromHexString(sha1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetFieldValue<byte[]>(0), reader.GetInt64(1))
            : null;
    }
}
