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

    private const string SelectProjects = "select id, display_name, created_at from eventstore.project order by id";

    private const string SelectDatasets = """
        select number, project_id, name, acl_mode, created_at, created_by
        from eventstore.dataset
        where project_id = $1 and ($2::text is null or name = $2)
        order by name
        """;

    private const string InsertDataset = """
        with created as (
            insert into eventstore.dataset (project_id, name, acl_mode, created_at, created_by)
            values ($1, $2, $3, $4, $5)
            on conflict (project_id, name) do nothing
            returning number
        )
        insert into eventstore.dataset_head (dataset, sequence, timestamp, digest, documents)
        select number, 0, $6, $7, 0 from created
        returning dataset
        """;

    /// <summary>
    /// The head row goes first: an append that holds its lock finishes before, a later one finds it gone.
    /// </summary>
    private static readonly string[] DeleteStatements =
    [
        "delete from eventstore.dataset_head where dataset = $1",
        "delete from eventstore.reference where dataset = $1",
        "delete from eventstore.keyframe where dataset = $1",
        "delete from eventstore.head where dataset = $1",
        "delete from eventstore.effect where dataset = $1",
        "delete from eventstore.transaction where dataset = $1",
        "delete from eventstore.document where dataset = $1",
        "delete from eventstore.dataset where number = $1",
    ];

    /// <summary>Creates a project; false when it exists.</summary>
    public async Task<bool> EnsureProjectAsync(string id, string displayName, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(InsertProject);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = displayName });
        command.Parameters.Add(new() { Value = Now() });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>All projects, ordered by id.</summary>
    public async Task<IReadOnlyList<Project>> ListProjectsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectProjects);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var projects = new List<Project>();
        while (await reader.ReadAsync(cancellationToken))
        {
            projects.Add(new(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return projects;
    }

    /// <summary>One dataset, or null.</summary>
    public async Task<Dataset?> FindAsync(string projectId, string name, CancellationToken cancellationToken) =>
        (await SelectAsync(projectId, name, cancellationToken)).SingleOrDefault();

    /// <summary>The datasets of a project, ordered by name.</summary>
    public Task<IReadOnlyList<Dataset>> ListAsync(string projectId, CancellationToken cancellationToken) =>
        SelectAsync(projectId, null, cancellationToken);

    /// <summary>Creates an empty dataset; null when the name is taken.</summary>
    public async Task<Dataset?> CreateAsync(
        string projectId, DatasetName name, string aclMode, string createdBy, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await CreateAsync(connection, projectId, name, aclMode, createdBy, cancellationToken);
    }

    /// <summary>Creates an empty dataset in the open transaction of a connection; null when the name is
    /// taken.</summary>
    public async Task<Dataset?> CreateAsync(
        NpgsqlConnection connection,
        string projectId,
        DatasetName name,
        string aclMode,
        string createdBy,
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
        var number = await command.ExecuteScalarAsync(cancellationToken);
        return number is int value ? new Dataset(value, projectId, name, aclMode, createdAt, createdBy) : null;
    }

    /// <summary>Deletes a dataset and all its history; false when it was gone already.</summary>
    public async Task<bool> DeleteAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        foreach (var statement in DeleteStatements)
        {
            var command = new NpgsqlBatchCommand(statement);
            command.Parameters.Add(new() { Value = dataset.Number });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return batch.BatchCommands[^1].RecordsAffected > 0;
    }

    private DateTimeOffset Now() => TransactionTime.Truncate(clock.GetUtcNow());

    private async Task<IReadOnlyList<Dataset>> SelectAsync(
        string projectId, string? name, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectDatasets);
        command.Parameters.Add(new() { Value = projectId });
        command.Parameters.Add(new() { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var datasets = new List<Dataset>();
        while (await reader.ReadAsync(cancellationToken))
        {
            datasets.Add(new(
                reader.GetInt32(0),
                reader.GetString(1),
                DatasetName.Parse(reader.GetString(2)),
                reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetString(5)));
        }

        return datasets;
    }
}
