using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace EventStore.Log.Postgres;

/// <summary>The projects of a database and their datasets.</summary>
public sealed class DatasetCatalog(NpgsqlDataSource dataSource, TimeProvider clock)
{
    private const string InsertProject = """
        insert into eventstore.project (id, display_name, created_at) values ($1, $2, $3) on conflict (id) do nothing
        """;

    private const string SelectDatasets = $"""
        select {DatasetRow.Columns}
        from eventstore.dataset
        where project_id = $1 and ($2::text is null or name = $2) and deleted_at is null and builder is null
        order by name
        """;

    /// <summary>
    /// The share lock waits for a deletion of the project that is under way, and makes a later one wait for this.
    /// </summary>
    private const string InsertDataset = """
        with owner as (
            select id from eventstore.project where id = $1 and deleted_at is null for share
        ), created as (
            insert into eventstore.dataset (project_id, name, acl_mode, created_at, created_by, description)
            select id, $2, $3, $4, $5, $8::text from owner
            on conflict (project_id, name) where deleted_at is null do nothing
            returning number
        )
        insert into eventstore.dataset_head (dataset, sequence, timestamp, digest, documents)
        select number, 0, $6, $7, 0 from created
        returning dataset
        """;

    private const string SelectEnds = """
        select project_id, name, number, sequence,
            exists (
                select from eventstore.head
                where head.dataset = dataset.number and head.unsettled)
        from eventstore.dataset
        join eventstore.dataset_head on dataset_head.dataset = dataset.number
        where deleted_at is null and builder is null
        order by number
        """;

    /// <summary>
    /// The head row goes first: an append that holds its lock finishes before, a later one finds it gone.
    /// </summary>
    private const string DeleteHeads = """
        delete from eventstore.dataset_head
        where dataset in (
            select number from eventstore.dataset
            where project_id = $1 and ($2::integer is null or number = $2) and deleted_at is null)
        """;

    private const string MarkDeleted = """
        update eventstore.dataset set deleted_at = $3
        where project_id = $1 and ($2::integer is null or number = $2) and deleted_at is null
        """;

    /// <summary>Creates a project; false when it exists.</summary>
    public async Task<bool> EnsureProjectAsync(string id, string displayName, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(InsertProject);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = displayName });
        command.Parameters.Add(new() { Value = Now() });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>One dataset, or null.</summary>
    public async Task<Dataset?> FindAsync(string projectId, string name, CancellationToken cancellationToken) =>
        (await SelectAsync(projectId, name, cancellationToken)).SingleOrDefault();

    /// <summary>The look-up of <see cref="FindAsync"/> as part of a batch that asks for something else too.</summary>
    public static NpgsqlBatchCommand CreateFindCommand(string projectId, string name)
    {
        var command = new NpgsqlBatchCommand(SelectDatasets);
        AddParameters(command.Parameters, projectId, name);
        return command;
    }

    /// <summary>Reads what <see cref="CreateFindCommand"/> found.</summary>
    public static async Task<Dataset?> ReadFoundAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        (await ReadAsync(reader, cancellationToken)).SingleOrDefault();

    /// <summary>The datasets of a project, ordered by name.</summary>
    public Task<IReadOnlyList<Dataset>> ListAsync(string projectId, CancellationToken cancellationToken) =>
        SelectAsync(projectId, null, cancellationToken);

    /// <summary>Where the log of every dataset ends, for background work that follows them all.</summary>
    public async Task<IReadOnlyList<DatasetEnd>> ListEndsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectEnds);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ends = new List<DatasetEnd>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ends.Add(new(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetInt32(2),
                reader.GetInt64(3),
                reader.GetBoolean(4)));
        }

        return ends;
    }

    /// <summary>Creates an empty dataset; null when the name is taken or the project is gone.</summary>
    public async Task<Dataset?> CreateAsync(
        string projectId, DatasetName name, string aclMode, string createdBy, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await CreateAsync(connection, projectId, name, aclMode, createdBy, null, cancellationToken);
    }

    /// <summary>Creates an empty dataset in the open transaction of a connection; null when the name is taken or the
    /// project is gone.</summary>
    public async Task<Dataset?> CreateAsync(
        NpgsqlConnection connection,
        string projectId,
        DatasetName name,
        string aclMode,
        string createdBy,
        string? description,
        CancellationToken cancellationToken)
    {
        var createdAt = Now();
        await using var command = new NpgsqlCommand(InsertDataset, connection);
        command.Parameters.Add(new() { Value = projectId });
        command.Parameters.Add(new() { Value = name.Value });
        command.Parameters.Add(new() { Value = aclMode });
        command.Parameters.Add(new() { Value = createdAt });
        command.Parameters.Add(new() { Value = createdBy });
        command.Parameters.Add(new() { Value = DateTimeOffset.UnixEpoch });
        command.Parameters.Add(new() { Value = TransactionDigest.Genesis.ToArray() });
        command.Parameters.Add(new() { Value = (object?)description ?? DBNull.Value });
        var number = await command.ExecuteScalarAsync(cancellationToken);
        return number is int value
            ? new Dataset(value, projectId, name, aclMode, createdAt, createdBy) { Description = description }
            : null;
    }

    /// <summary>
    /// Deletes a dataset in the open transaction of a connection: at its commit nobody finds it any more and its name
    /// is free. What it stored is left to <see cref="DatasetEraser"/>. False when it was gone already.
    /// </summary>
    public async Task<bool> DeleteAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken) =>
        await DeleteAsync(connection, dataset.ProjectId, dataset.Number, cancellationToken) > 0;

    /// <summary>Deletes all datasets of a project likewise; returns how many.</summary>
    public Task<int> DeleteAllAsync(
        NpgsqlConnection connection, string projectId, CancellationToken cancellationToken) =>
        DeleteAsync(connection, projectId, null, cancellationToken);

    private async Task<int> DeleteAsync(
        NpgsqlConnection connection, string projectId, int? number, CancellationToken cancellationToken)
    {
        await using var heads = new NpgsqlCommand(DeleteHeads, connection);
        heads.Parameters.Add(new() { Value = projectId });
        heads.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await heads.ExecuteNonQueryAsync(cancellationToken);
        await using var mark = new NpgsqlCommand(MarkDeleted, connection);
        mark.Parameters.Add(new() { Value = projectId });
        mark.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        mark.Parameters.Add(new() { Value = Now() });
        return await mark.ExecuteNonQueryAsync(cancellationToken);
    }

    private DateTimeOffset Now() => TransactionTime.Truncate(clock.GetUtcNow());

    private async Task<IReadOnlyList<Dataset>> SelectAsync(
        string projectId, string? name, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectDatasets);
        AddParameters(command.Parameters, projectId, name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private static void AddParameters(NpgsqlParameterCollection parameters, string projectId, string? name)
    {
        parameters.Add(new() { Value = projectId });
        parameters.Add(new() { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
    }

    private static async Task<IReadOnlyList<Dataset>> ReadAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var datasets = new List<Dataset>();
        while (await reader.ReadAsync(cancellationToken))
        {
            datasets.Add(DatasetRow.Read(reader));
        }

        return datasets;
    }
}
