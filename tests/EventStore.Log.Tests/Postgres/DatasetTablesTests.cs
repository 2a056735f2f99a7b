using EventStore.Log.Postgres;
using EventStore.Testing;

namespace EventStore.Log.Tests.Postgres;

/// <summary>What is deleted with a dataset is a list in the code; the database knows whether it is whole.</summary>
public sealed class DatasetTablesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>Tables with a column "dataset" that no foreign key empties when the dataset's row goes.</summary>
    private const string Keyed = """
        select class.relname::text
        from pg_attribute attribute
        join pg_class class on class.oid = attribute.attrelid and class.relkind in ('r', 'p')
        join pg_namespace namespace on namespace.oid = class.relnamespace and namespace.nspname = 'eventstore'
        where attribute.attname = 'dataset'
          and not exists (
            select from pg_constraint key
            where key.conrelid = class.oid and key.contype = 'f' and key.confrelid = 'eventstore.dataset'::regclass)
        """;

    [Fact]
    public async Task Every_table_with_contents_of_datasets_is_erased_with_them()
    {
        await using var command = database.DataSource.CreateCommand(Keyed);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        DatasetTables.All.ShouldBe(tables, ignoreOrder: true);
    }
}
