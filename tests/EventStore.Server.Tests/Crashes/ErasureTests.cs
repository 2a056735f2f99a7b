using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// A large dataset is gone at once when it is deleted; what it stored follows in the background, whoever is killed
/// meanwhile. The short form has sixty thousand revisions; <c>EVENTSTORE_TEST_LONG=1</c> makes it a million.
/// </summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private static readonly int Revisions = LongFactAttribute.IsEnabled ? 1_000_000 : 60_000;

    private ServerProcess? _server;
    private NpgsqlDataSource? _dataSource;

    private HttpClient Client => _server!.Client;

    public async Task InitializeAsync()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        _dataSource = NpgsqlDataSource.Create(connectionString);
        _server = new(new Dictionary<string, string> { ["ConnectionStrings__EventStore"] = connectionString });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _dataSource!.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_dataset_is_gone_at_once_and_erased_through_a_kill()
    {
        await CreateDatasetAsync("keep");
        await CreateDatasetAsync("large");
        await WriteAsync("keep", "kept");
        var number = await NumberOfAsync("large");
        await FillAsync(number);

        await using var obstacle = await ObstructAsync(number);
        await DeleteAsync("/v1/datasets/large");
        (await CountAsync(number)).ShouldBeGreaterThan(0, "the answer did not wait for the erasure");
        await ExpectGoneAsync();
        await CreateDatasetAsync("large");
        await WriteAsync("large", "new");
        await KillWhileErasingAsync(number, obstacle);
        await ExpectErasedAsync(number);

        (await ReadIdsAsync("large")).ShouldBe(["new"]);
        (await ReadIdsAsync("keep")).ShouldBe(["kept"]);
        foreach (var dataset in new[] { "large", "keep" })
        {
            using var verified = await Client.PostAsync($"/v1/data/verify/{dataset}", null);
            (await verified.Content.ReadAsStringAsync()).ShouldNotContain("error");
        }
    }

    [Fact]
    public async Task A_deleted_project_is_gone_at_once_and_erased_through_a_kill()
    {
        (await Client.PostAsJsonAsync("/v1/projects", new { displayName = "Doomed", id = "doomed" })).EnsureSuccessStatusCode();
        await CreateDatasetAsync("large", "/p/doomed");
        await CreateDatasetAsync("small", "/p/doomed");
        var number = await NumberOfAsync("large");
        var small = await NumberOfAsync("small");
        await FillAsync(number);

        await using var obstacle = await ObstructAsync(number);
        await DeleteAsync("/v1/projects/doomed");
        (await CountAsync(number)).ShouldBeGreaterThan(0, "the answer did not wait for the erasure");
        (await Client.GetAsync("/v1/projects/doomed")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Client.GetAsync("/p/doomed/v1/data/doc/large/d1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Client.PostAsJsonAsync("/v1/projects", new { displayName = "Again", id = "doomed" }))
            .StatusCode.ShouldBe(HttpStatusCode.Conflict, "an id is never given out twice");
        await KillWhileErasingAsync(number, obstacle);
        await ExpectErasedAsync(number);
        await ExpectErasedAsync(small);
    }

    private async Task CreateDatasetAsync(string name, string prefix = "") =>
        (await Client.PutAsJsonAsync($"{prefix}/v1/datasets/{name}", new { aclMode = "private" })).EnsureSuccessStatusCode();

    private async Task WriteAsync(string dataset, string id)
    {
        var mutations = new { mutations = new[] { new { create = new { _id = id, _type = "thing" } } } };
        (await Client.PostAsJsonAsync($"/v1/data/mutate/{dataset}", mutations)).EnsureSuccessStatusCode();
    }

    private async Task DeleteAsync(string path)
    {
        using var answer = await Client.DeleteAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"deleted":true}""");
    }

    private async Task ExpectGoneAsync()
    {
        foreach (var path in new[] { "/v1/datasets/large", "/v1/data/doc/large/d1", "/v1/data/export/large" })
        {
            (await Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        (await Client.GetStringAsync("/v1/datasets")).ShouldNotContain("\"large\"");
    }

    private async Task<List<string>> ReadIdsAsync(string dataset)
    {
        var lines = (await Client.GetStringAsync($"/v1/data/export/{dataset}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(line => (string)JsonNode.Parse(line)!["_id"]!).ToList();
    }

    /// <summary>Rows as an import would leave them, as far as an erasure can tell.</summary>
    private async Task FillAsync(int number)
    {
        string[] statements =
        [
            "insert into eventstore.document (dataset, number, id) select $1, n, 'd' || n from generate_series(1, $2 / 10) n",
            """
            insert into eventstore.transaction (sequence, timestamp, dataset, id, author, mutations, mutations_digest, digest)
            select n, now(), $1, 't' || n, 'somebody', 'x', 'x', 'x' from generate_series(1, $2) n
            """,
            """
            insert into eventstore.effect (sequence, dataset, document, apply, revert)
            select n, $1, 1 + n % ($2 / 10), 'x', 'x' from generate_series(1, $2) n
            """,
        ];
        foreach (var sql in statements)
        {
            await using var command = _dataSource!.CreateCommand(sql);
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = number });
            command.Parameters.Add(new() { Value = Revisions });
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>
    /// A connection that holds a row in the midst of the log, which the erasure cannot pass: on a busy machine it would
    /// be over before it was noticed to have begun.
    /// </summary>
    private async Task<NpgsqlConnection> ObstructAsync(int number)
    {
        var connection = await _dataSource!.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            begin;
            select from eventstore.transaction where dataset = $1 and sequence = $2 for update
            """.Replace("$1", $"{number}").Replace("$2", $"{Revisions / 2}"),
            connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task KillWhileErasingAsync(int number, NpgsqlConnection obstacle)
    {
        var total = Revisions + Revisions + Revisions / 10;
        long left;
        while ((left = await CountAsync(number)) == total)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        await _server!.KillAsync();
        (await CountAsync(number)).ShouldBeInRange(1, left, "the kill came too late to be a test");
        await obstacle.CloseAsync();
        await _server.StartAsync();
    }

    private async Task ExpectErasedAsync(int number)
    {
        while (await ScalarAsync("select count(*) from eventstore.dataset where number = $1", number) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        (await CountAsync(number)).ShouldBe(0);
    }

    private async Task<int> NumberOfAsync(string name) =>
        (int)await ScalarAsync("select max(number)::bigint from eventstore.dataset where name = $1", name);

    private async Task<long> CountAsync(int number)
    {
        var total = 0L;
        foreach (var table in DatasetTables.All)
        {
            total += await ScalarAsync($"select count(*) from eventstore.{table} where dataset = $1", number);
        }

        return total;
    }

    private async Task<long> ScalarAsync(string sql, object parameter)
    {
        await using var command = _dataSource!.CreateCommand(sql);
        command.Parameters.Add(new() { Value = parameter });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
