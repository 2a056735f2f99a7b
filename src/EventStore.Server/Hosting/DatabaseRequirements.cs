using System.Globalization;
using EventStore.Server.Hosting.Postgres;
using Npgsql;

namespace EventStore.Server.Hosting;

/// <summary>
/// What any database must be before the server uses it. An acknowledged transaction survives a crash only when
/// PostgreSQL forces its log to disk, so a database that was told not to is refused (the first promise of the project).
/// </summary>
public static class DatabaseRequirements
{
    private const string Query = """
        SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_setting('fsync'),
               current_setting('full_page_writes'), current_setting('synchronous_commit')
        """;

    private static readonly string[] DurabilitySettings = ["fsync", "full_page_writes", "synchronous_commit"];

    /// <exception cref="StartupException">The database cannot be reached, is too old, or might lose acknowledged
    /// data.</exception>
    public static async Task RequireAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        try
        {
            await using var command = dataSource.CreateCommand(Query);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            Require(Enumerable.Range(0, reader.FieldCount).Select(reader.GetString).ToArray());
        }
        catch (NpgsqlException exception)
        {
            throw new StartupException(
                $"The database cannot be used ({ServerSettings.ConnectionStringVariable}): {exception.Message}",
                exception);
        }
    }

    private static void Require(string[] values)
    {
        var major = int.Parse(values[0], CultureInfo.InvariantCulture) / 10_000;
        if (major < PostgresBinaries.MinMajorVersion)
        {
            throw new StartupException(
                $"The database is PostgreSQL {major}: version {PostgresBinaries.MinMajorVersion} or later is needed.");
        }

        if (values[1] != "UTF8")
        {
            throw new StartupException($"The database has the encoding {values[1]}: create it with the encoding UTF8.");
        }

        var off = DurabilitySettings.Zip(values[2..])
            .Where(pair => pair.Second == "off")
            .Select(pair => pair.First)
            .ToArray();
        if (off.Length > 0)
        {
            throw new StartupException(
                $"The database runs with {string.Join(" and ", off)} off, so it could lose transactions that were "
                + "acknowledged: turn on fsync, full_page_writes and synchronous_commit, then start again.");
        }
    }
}
