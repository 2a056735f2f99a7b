using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Tags;

/// <summary>The tags of projects in the database. Where one is named, its id and its name are both accepted.</summary>
internal sealed class TagStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select tag.id, tag.name, tag.title, tag.created_at, tag.description, tag.metadata::text, tag.updated_at,
            array(
                select dataset.name
                from eventstore.dataset_tag
                join eventstore.dataset on dataset.number = dataset_tag.dataset and dataset.deleted_at is null
                where dataset_tag.tag = tag.id
                order by dataset.name)
        from eventstore.tag
        where tag.project_id = $1 and ($2::text is null or tag.id = $2 or tag.name = $2)
          and ($3::integer is null or tag.id in (select tag from eventstore.dataset_tag where dataset = $3))
        order by tag.name
        """;

    private const string Lock = """
        select id from eventstore.tag where project_id = $1 and (id = $2 or name = $2)
        order by id = $2 desc limit 1 for update
        """;

    private const string Count = "select count(*) from eventstore.tag where project_id = $1";

    private const string Insert = """
        insert into eventstore.tag (project_id, id, name, title, description, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5::text, $6::json, $7, $7)
        """;

    private const string Update = """
        update eventstore.tag set name = $2, title = $3, description = $4::text, metadata = $5::json, updated_at = $6
        where id = $1
        """;

    private const string Delete = "delete from eventstore.tag where id = $1";

    /// <summary>The share lock keeps a deletion of the dataset out until this is committed.</summary>
    private const string Assign = """
        insert into eventstore.dataset_tag (dataset, tag)
        select number, $2 from eventstore.dataset where number = $1 and deleted_at is null for share
        on conflict do nothing
        """;

    private const string Unassign = "delete from eventstore.dataset_tag where dataset = $1 and tag = $2";

    /// <summary>The tags of a project, or those that one of its datasets carries, ordered by name.</summary>
    public async Task<IReadOnlyList<Tag>> ListAsync(
        string projectId, int? dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId, null, dataset);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>A tag whose row stays locked until the end of the transaction; null when there is none.</summary>
    public static async Task<Tag?> FindForUpdateAsync(
        ManagementTransaction change, string projectId, string identifier, CancellationToken cancellationToken)
    {
        await using var lockRow = change.CreateCommand(Lock, projectId, identifier);
        if (await lockRow.ExecuteScalarAsync(cancellationToken) is not string id)
        {
            return null;
        }

        await using var command = change.CreateCommand(Select, projectId, id, null);
        return (await ReadAsync(command, cancellationToken)).FirstOrDefault(tag => tag.Id == id);
    }

    /// <exception cref="BoomException">400: the project has too many; 409: the name is taken.</exception>
    public static async Task InsertAsync(
        ManagementTransaction change, string projectId, Tag tag, CancellationToken cancellationToken)
    {
        await change.RequireRoomAsync(Count, projectId, "tags", cancellationToken);
        await using var command = change.CreateCommand(
            Insert, projectId, tag.Id, tag.Name, tag.Title, tag.Description, tag.Metadata, tag.CreatedAt);
        await ExecuteAsync(command, cancellationToken);
    }

    /// <exception cref="BoomException">409: the name is taken.</exception>
    public static async Task UpdateAsync(ManagementTransaction change, Tag tag, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(
            Update, tag.Id, tag.Name, tag.Title, tag.Description, tag.Metadata, tag.UpdatedAt);
        await ExecuteAsync(command, cancellationToken);
    }

    public static async Task DeleteAsync(ManagementTransaction change, Tag tag, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Delete, tag.Id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Assigns a locked tag; false when the dataset carries it already.</summary>
    public static async Task<bool> AssignAsync(
        ManagementTransaction change, Tag tag, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Assign, dataset.Number, tag.Id);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Takes a locked tag from a dataset; false when it did not carry it.</summary>
    public static async Task<bool> UnassignAsync(
        ManagementTransaction change, Tag tag, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(Unassign, dataset.Number, tag.Id);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw BoomException.Conflict("\"name\" is the name of another tag");
        }
    }

    private static async Task<IReadOnlyList<Tag>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return await command.ReadAllAsync(
            reader => new Tag(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3))
            {
                Description = reader.TextOrNull(4),
                Metadata = reader.GetString(5),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(6),
                Datasets = reader.GetFieldValue<string[]>(7),
            },
            cancellationToken);
    }
}
