using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using Npgsql;

namespace EventStore.Server.Datasets;

/// <summary>The settings of datasets in the database.</summary>
internal sealed class DatasetStore(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select dataset.number, dataset.name, dataset.acl_mode, dataset.created_at, dataset.created_by,
            dataset.description, dataset.updated_at,
            coalesce((
                select jsonb_agg(jsonb_build_object('name', tag.name, 'title', tag.title) order by tag.name)::text
                from eventstore.dataset_tag
                join eventstore.tag on tag.id = dataset_tag.tag
                where dataset_tag.dataset = dataset.number), '[]')
        from eventstore.dataset
        where dataset.project_id = $1 and ($2::integer is null or dataset.number = $2)
            and dataset.deleted_at is null and dataset.builder is null
        order by dataset.name
        """;

    private const string Update = """
        update eventstore.dataset set acl_mode = $2, description = $3::text, updated_at = $4
        where number = $1 and deleted_at is null
        """;

    private const string UnlinkAliases = "update eventstore.alias set dataset = null where dataset = $1";

    private const string UnassignTags = "delete from eventstore.dataset_tag where dataset = $1";

    /// <summary>The datasets of a project, ordered by name; or one of them, if it is still there.</summary>
    public async Task<IReadOnlyList<DatasetDetails>> ListAsync(
        string projectId, int? number, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, projectId, number);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var datasets = new List<DatasetDetails>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var dataset = new Dataset(
                reader.GetInt32(0),
                projectId,
                DatasetName.Parse(reader.GetString(1)),
                reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetString(4))
            {
                Description = reader.TextOrNull(5),
            };
            datasets.Add(new(dataset, reader.GetFieldValue<DateTimeOffset?>(6), reader.GetString(7)));
        }

        return datasets;
    }

    /// <summary>Stores access mode and description; false when the dataset is gone.</summary>
    public static async Task<bool> UpdateAsync(
        ManagementTransaction change, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = change.CreateCommand(
            Update, dataset.Number, dataset.AclMode, dataset.Description, change.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Takes a dataset that is deleted out of what points at it.</summary>
    public static async Task DetachAsync(
        ManagementTransaction change, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var aliases = change.CreateCommand(UnlinkAliases, dataset.Number);
        await aliases.ExecuteNonQueryAsync(cancellationToken);
        await using var tags = change.CreateCommand(UnassignTags, dataset.Number);
        await tags.ExecuteNonQueryAsync(cancellationToken);
    }
}
