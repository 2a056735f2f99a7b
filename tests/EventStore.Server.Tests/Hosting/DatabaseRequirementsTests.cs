using EventStore.Server.Hosting;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Hosting;

public sealed class DatabaseRequirementsTests
{
    [Fact]
    public async Task A_database_that_could_lose_acknowledged_data_is_refused()
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new Dictionary<string, string> { ["fsync"] = "off", ["synchronous_commit"] = "off" });
        var settings = new ServerSettings
        {
            DataFolder = TemporaryFolder.Create(),
            ConnectionString = await cluster.CreateBlankDatabaseAsync(),
            Urls = "http://127.0.0.1:0",
        };

        var refusal = await Should.ThrowAsync<StartupException>(() => ServerHost.StartAsync(settings));
        refusal.Message.ShouldContain("fsync and synchronous_commit off");

        // Refusing gave the folder back.
        DataFolder.Open(settings.DataFolder).Dispose();
        Directory.Delete(settings.DataFolder, recursive: true);
    }

    [Theory]
    [InlineData("full_page_writes", null)]
    [InlineData("synchronous_commit", "synchronous_commit off")]
    public async Task A_setting_of_the_database_itself_counts(string setting, string? refusal)
    {
        var cluster = await PostgresCluster.SharedAsync();
        var connection = await cluster.CreateBlankDatabaseAsync();
        if (refusal is null)
        {
            await using var sound = NpgsqlDataSource.Create(connection);
            await DatabaseRequirements.RequireAsync(sound, default);
            return;
        }

        await using var dataSource = NpgsqlDataSource.Create($"{connection};Options=-c {setting}=off");
        (await Should.ThrowAsync<StartupException>(() => DatabaseRequirements.RequireAsync(dataSource, default)))
            .Message.ShouldContain(refusal);
    }

    [Fact]
    public async Task An_absent_database_is_said_to_be_absent()
    {
        await using var dataSource = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Database=nothing");
        (await Should.ThrowAsync<StartupException>(() => DatabaseRequirements.RequireAsync(dataSource, default)))
            .Message.ShouldContain("The database cannot be used");
    }
}
