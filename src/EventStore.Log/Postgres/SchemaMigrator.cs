using System.Reflection;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Brings the database to the newest schema by running the SQL files of <c>schemas/migrations</c> in the order of their
/// numbers, forward only, all of them in one transaction: a migration happened whole or not at all. Several servers may
/// start at once; an advisory lock lets one migrate while the others wait.
/// </summary>
public sealed class SchemaMigrator(NpgsqlDataSource dataSource)
{
    /// <summary>Any fixed number that nothing else in the database locks.</summary>
    private const long MigrationLock = 0x4576_656e_7453_746f;

    private const string Prepare = """
        create schema if not exists eventstore;
        create table if not exists eventstore.migration (
            number integer primary key,
            name text not null,
            applied_at timestamptz not null default now()
        );
        """;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="InvalidOperationException">The database was migrated by a newer version.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        await ExecuteAsync(connection, Prepare, cancellationToken);

        var applied = await AppliedAsync(connection, cancellationToken);
        var known = Migrations();
        if (applied > known[^1].Number)
        {
            throw new InvalidOperationException(
                $"The database has schema {applied}, this version knows only {known[^1].Number}: use a newer version.");
        }

        foreach (var migration in known.Where(migration => migration.Number > applied))
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            await using var record = new NpgsqlCommand(
                "insert into eventstore.migration (number, name) values ($1, $2)", connection);
            record.Parameters.Add(new() { Value = migration.Number });
            record.Parameters.Add(new() { Value = migration.Name });
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(max(number), 0) from eventstore.migration", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

#pragma warning disable CA2100 // The text is a constant of this file or an embedded migration.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100

    private static List<(int Number, string Name, string Sql)> Migrations()
    {
        const string folder = "migrations/";
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = Path.GetFileNameWithoutExtension(name[folder.Length..]);
                var number = int.Parse(file.Split('_')[0], System.Globalization.CultureInfo.InvariantCulture);
                return (number, file, reader.ReadToEnd());
            })
            .ToList();
    }
}
