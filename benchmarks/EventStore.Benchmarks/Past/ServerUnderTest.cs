using EventStore.Benchmarks.Peers;
using EventStore.Testing;

namespace EventStore.Benchmarks.Past;

/// <summary>
/// The built server as a process of its own with its private PostgreSQL, and the command line that talks to it.
/// </summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    public const string Dataset = "history";

    private const string DataCalls = "/v2025-02-19/data";

    private readonly ServerProcess _process;

    private ServerUnderTest(ServerProcess process)
    {
        _process = process;
        Requests = new(process.Address, ServerProcess.RootToken);
    }

    public HttpRequests Requests { get; }

    /// <summary>Of the server's database; statements may take as long as they like.</summary>
    public string ConnectionString => _process.PostgresConnectionString + ";Command Timeout=0";

    /// <summary>The most that the server process has had resident, in bytes; not its PostgreSQL.</summary>
    public double PeakMemory => ProcessMemory.Peak(_process.ProcessId);

    public string Output => _process.Output;

    public bool IsRunning => _process.IsRunning;

    /// <summary>Starts one in a new data folder.</summary>
    /// <param name="environment">Added to the environment of the server.</param>
    public static async Task<ServerUnderTest> StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new ServerProcess(environment);
        await process.StartAsync();
        return new(process);
    }

    /// <summary>The path of a call on a dataset, such as <c>export</c>.</summary>
    public static string Path(string call, string dataset = Dataset) => $"{DataCalls}/{call}/{dataset}";

    /// <summary>The path of all documents as of an instant.</summary>
    public static string ExportPath(string timeParameter, string dataset = Dataset) =>
        $"{Path("export", dataset)}?time={timeParameter}";

    /// <summary>Runs a verb of the command line as a process.</summary>
    /// <returns>Nanoseconds from its start to its end.</returns>
    public async Task<double> RunVerbAsync(params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["EVENTSTORE_URL"] = _process.Address.ToString(),
            ["EVENTSTORE_TOKEN"] = ServerProcess.RootToken,
        };
        var run = await ExternalCommand.RunAsync(
            "dotnet", ["exec", ServerProcess.Program, .. arguments], environment);
        return run.Nanoseconds;
    }

    /// <summary>Imports a file of transactions through the command line.</summary>
    public Task<double> ImportAsync(string file, string dataset = Dataset) =>
        RunVerbAsync("import", dataset, file, "--create");

    public async ValueTask DisposeAsync()
    {
        Requests.Dispose();
        if (_process.IsRunning)
        {
            await _process.StopAsync();
        }

        await _process.DisposeAsync();
    }
}
