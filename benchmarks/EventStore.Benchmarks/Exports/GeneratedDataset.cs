using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Queries;

namespace EventStore.Benchmarks.Exports;

/// <summary>Some hundred thousand small documents in a server of their own, to be exported.</summary>
internal static class GeneratedDataset
{
    private const int Documents = 300_000;
    private const int QuickDocuments = 3_000;

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
}
