using System.Text.Json.Nodes;
using EventStore.Server.Activity;
using Npgsql;

namespace EventStore.Server.Backups.Making;

/// <summary>
/// What a dataset is beside its log, as a backup keeps it: <c>aclMode</c>, <c>description</c>, <c>createdAt</c>,
/// <c>createdBy</c>, <c>tags</c>, <c>aliases</c>, the project's <c>cors</c> origins and the settings of
/// <c>backups</c>.
/// </summary>
internal sealed class BackedUpSettings(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select jsonb_build_object(
            'aclMode', dataset.acl_mode,
            'description', dataset.description,
            'createdAt', dataset.created_at,
            'createdBy', dataset.created_by,
            'tags', coalesce((
                select jsonb_agg(jsonb_build_object('name', tag.name, 'title', tag.title) order by tag.name)
                from eventstore.dataset_tag
                join eventstore.tag on tag.id = dataset_tag.tag
                where dataset_tag.dataset = dataset.number), '[]'),
            'aliases', coalesce((
                select jsonb_agg(alias.name order by alias.name)
                from eventstore.alias where alias.dataset = dataset.number), '[]'),
            'cors', coalesce((
                select jsonb_agg(jsonb_build_object(
                    'origin', origin, 'allowCredentials', allow_credentials) order by origin)
                from eventstore.cors_origin where cors_origin.project_id = dataset.project_id), '[]'),
            'backups', (
                select jsonb_build_object(
                    'enabled', enabled, 'time', to_char(time_of_day, 'HH24:MI'), 'dailyDays', daily_days,
                    'weeklyDays', weekly_days)
                from eventstore.backup_settings where source = dataset.number))::text
        from eventstore.dataset where number = $1
        """;

    public async Task<JsonObject> ReadAsync(StoredBackup backup, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Select, backup.Source);
        return await command.ExecuteScalarAsync(cancellationToken) is string settings
            ? (JsonObject)JsonNode.Parse(settings)!
            : [];
    }
}
