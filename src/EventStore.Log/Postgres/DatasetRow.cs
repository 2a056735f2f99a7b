using EventStore.Log.Documents;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>A dataset as a row of its table.</summary>
internal static class DatasetRow
{
    /// <summary>What <see cref="Read"/> expects, in this order and first.</summary>
    public const string Columns = "number, project_id, name, acl_mode, created_at, created_by, description";

    public static Dataset Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetString(1),
        DatasetName.Parse(reader.GetString(2)),
        reader.GetString(3),
        reader.GetFieldValue<DateTimeOffset>(4),
        reader.GetString(5))
    {
        Description = reader.IsDBNull(6) ? null : reader.GetString(6),
    };
}
