using System.Diagnostics;
using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Queries;
using Npgsql;

namespace EventStore.Benchmarks.Exports;

/// <summary>Some hundred thousand small documents in a server of their own, to be exported.</summary>
internal static class GeneratedDataset
{
    private const int Documents = 300_000;
    private const int QuickDocuments = 3_000;

    private const string SelectRested = """
        select exists (select from eventstore.checkpoint
        join eventstore.dataset_head using (dataset, sequence) where checkpoint.complete)
        """;

    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(5);

    /// <summary>How many documents it has.</summary>
    public static int CountIn(BenchmarkSession session) => session.Options.Quick ? QuickDocuments : Documents;

    /// <summary>Starts the server and imports them; what is due in the background may still be under way.</summary>
    public static async Task<ServerUnderTest> StartAsync(BenchmarkSession session)
    {
        var file = Path.Combine(session.Folder, "generated.ndjson");
        new MillionDocuments(CountIn(session)).WriteHistory(file);
        var server = await ServerUnderTest.StartAsync();
        try
        {
            Console.WriteLine("importing ...");
            await server.ImportAsync(file);
            File.Delete(file);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until the server has done in the background what is due, the checkpoint of the dataset at rest included:
    /// on a busy machine it comes later than any silence tells.
    /// </summary>
    public static async Task SettleAsync(ServerUnderTest server, BenchmarkOptions options)
    {
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.OpenAsync();
            await using var rested = new NpgsqlCommand(SelectRested, connection);
            var waiting = Stopwatch.StartNew();
            while (!options.Quick && !(bool)(await rested.ExecuteScalarAsync())!)
            {
                if (waiting.Elapsed > MostPatience)
                {
                    throw new InvalidOperationException("The dataset at rest got no checkpoint.");
                }

                await Task.Delay(200);
            }
        }

        await PastStage.SettleAsync(server, options);
    }
}
