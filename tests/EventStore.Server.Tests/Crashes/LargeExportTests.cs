using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using EventStore.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Crashes;

/// <summary>
/// A large dataset is exported by a server with little memory: to one client that hardly reads and to twenty at once.
/// The heap has 256 MB. The short form exports 60 MB, <c>EVENTSTORE_TEST_LONG=1</c> makes it 2 GB; what the clients get
/// together is in either form more than what the heap can hold.
/// </summary>
public sealed class LargeExportTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 20;
    private const int DocumentsInRequest = 100;
    private const int DocumentBytes = 20_000;
    private const string Export = "/v1/data/export/large";

    private const long HeapBytes = 256L << 20;

    private static readonly long DatasetBytes = LongFactAttribute.IsEnabled ? 2_000_000_000 : 60_000_000;

    private string _connectionString = string.Empty;
    private ServerProcess? _small;

    private ServerProcess Server => _small!;

    /// <summary>Another server writes the dataset: the caches of a writer are larger than the heap of the short
    /// form.</summary>
    public async Task InitializeAsync()
    {
        _connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        var database = new Dictionary<string, string> { ["ConnectionStrings__EventStore"] = _connectionString };
        await using (var writer = new ServerProcess(database))
        {
            await writer.StartAsync();
            await FillAsync(writer.Client);
            await writer.StopAsync();
        }

        _small = new(new Dictionary<string, string>(database) { ["DOTNET_GCHeapHardLimit"] = $"0x{HeapBytes:x}" });
        await _small.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_small is not null)
        {
            await _small.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_slow_reader_and_twenty_others_are_served_from_a_small_heap()
    {
        var process = Server.ProcessId;
        using var slow = await Server.Client.GetAsync(Export, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await slow.Content.ReadAsStreamAsync();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = await ReadAsync(body, digest, 100_000);
        await ExpectNoOpenTransactionAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ExportAsync()));
        length += await ReadAsync(body, digest, long.MaxValue);

        length.ShouldBeGreaterThan(DatasetBytes, Server.Output);
        results.ShouldAllBe(result => result.Length == length, Server.Output);
        results.Select(result => result.Digest).Distinct().ShouldBe([Convert.ToHexString(digest.GetHashAndReset())]);
        Server.IsRunning.ShouldBeTrue();
        Server.ProcessId.ShouldBe(process);
        output.WriteLine($"{Clients + 1} exports of {length} bytes with a heap of {HeapBytes} bytes");
    }

    private static async Task<long> ReadAsync(Stream body, IncrementalHash digest, long atLeast)
    {
        var buffer = new byte[64 * 1024];
        var length = 0L;
        for (int read; length < atLeast && (read = await body.ReadAsync(buffer)) > 0; length += read)
        {
            digest.AppendData(buffer, 0, read);
        }

        return length;
    }

    private async Task<(long Length, string Digest)> ExportAsync()
    {
        using var response = await Server.Client.GetAsync(Export, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = await ReadAsync(body, digest, long.MaxValue);
        return (length, Convert.ToHexString(digest.GetHashAndReset()));
    }

    private static async Task FillAsync(HttpClient client)
    {
        (await client.PutAsJsonAsync("/v1/datasets/large", new { aclMode = "private" })).EnsureSuccessStatusCode();
        var random = new Random(1);
        var noise = new byte[DocumentBytes * 3 / 4];
        var body = new StringBuilder();
        for (var written = 0L; written <= DatasetBytes; written += DocumentsInRequest * DocumentBytes)
        {
            body.Clear().Append("{\"mutations\":[");
            for (var number = 0; number < DocumentsInRequest; number++)
            {
                random.NextBytes(noise);
                var text = Convert.ToBase64String(noise);
                body.Append(number > 0 ? "," : "").Append("{\"create\":{\"_id\":\"d")
                    .Append(CultureInfo.InvariantCulture, $"{(written / DocumentBytes) + number:d9}")
                    .Append("\",\"_type\":\"t\",\"text\":\"").Append(text).Append("\"}}");
            }

            using var content = new StringContent(body.Append("]}").ToString(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync("/v1/data/mutate/large?returnIds=false", content);
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task ExpectNoOpenTransactionAsync()
    {
        await using var dataSource = NpgsqlDataSource.Create(_connectionString);
        for (var attempt = 0; ; attempt++)
        {
            // What the server does in the background ends by itself; the export has nothing to end before it is read.
            await using var command = dataSource.CreateCommand("""
                select count(*) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
                """);
            if ((long)(await command.ExecuteScalarAsync())! == 0)
            {
                return;
            }

            attempt.ShouldBeLessThan(600, "a database transaction stays open while nobody reads");
            await Task.Delay(100);
        }
    }
}
