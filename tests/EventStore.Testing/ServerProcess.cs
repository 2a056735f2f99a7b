using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStore.Server.Hosting;
using EventStore.Server.Hosting.Postgres;
using Npgsql;

namespace EventStore.Testing;

/// <summary>
/// The built server as a process of its own, on a free port and (unless told otherwise) a data folder and private
/// PostgreSQL of its own. It can be killed and started again on the same folder and port. Nothing is left behind when
/// the tests end or die.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly OrphanGuard _guard;
    private readonly Dictionary<string, string> _environment;
    private readonly StringBuilder _output = new();
    private readonly int _port = FindFreePort();
    private Process? _process;

    /// <param name="environment">Added to the environment of the server, such as a connection string.</param>
    /// <param name="dataFolderName">The last part of the data folder's path.</param>
    public ServerProcess(IReadOnlyDictionary<string, string>? environment = null, string dataFolderName = "data")
    {
        var folder = TemporaryFolder.Create(reachableByPostgres: true);
        DataFolder = Path.Combine(folder, dataFolderName);
        _environment = new Dictionary<string, string>(environment ?? new Dictionary<string, string>());
        var cluster = PrivatePostgres.ClusterNameOf(Path.Combine(DataFolder, "postgres"));
        _guard = new OrphanGuard(folder, cluster, DataFolder);
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));
        Client = new HttpClient { BaseAddress = Address };
        _environment.TryAdd(ServerSettings.RootTokenVariable, RootToken);
        Client.DefaultRequestHeaders.Authorization = new("Bearer", _environment[ServerSettings.RootTokenVariable]);
    }

    public static string RootToken => "the-root-token-of-all-tests";

    public string DataFolder { get; }

    public Uri Address { get; }

    /// <summary>Sends the root token with every request.</summary>
    public HttpClient Client { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server was not started.");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What the server has written to both of its outputs so far, over all its starts.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The process id of the private postmaster.</summary>
    public int PostgresProcessId => int.Parse(
        File.ReadLines(Path.Combine(DataFolder, "postgres", "data", "postmaster.pid")).First(),
        CultureInfo.InvariantCulture);

    /// <summary>Reaches the database of the private PostgreSQL from outside the server.</summary>
    public string PostgresConnectionString => new NpgsqlConnectionStringBuilder
    {
        // The fifth line names the folder of the socket.
        Host = File.ReadLines(Path.Combine(DataFolder, "postgres", "data", "postmaster.pid")).ElementAt(4),
        Username = "eventstore",
        Database = PrivatePostgres.DatabaseName,
    }.ConnectionString;

    /// <summary>The built program: beside the tests when they refer to its project, else where a build puts
    /// it.</summary>
    public static string Program => FindProgram();

    /// <summary>Starts the server and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        Launch();
        var waiting = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (_process!.HasExited || waiting.Elapsed > StartPatience)
            {
                throw new InvalidOperationException($"The server did not get ready:\n{Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Runs a server that is expected to refuse its work.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunToEndAsync()
    {
        Launch();
        await _process!.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>kill -9: the private PostgreSQL stays behind, as after a real crash.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// Kills the postmaster of the private PostgreSQL and all its children with SIGKILL: a child left alone would finish
    /// what it is doing.
    /// </summary>
    public void KillPostgres()
    {
        using var postmaster = Process.GetProcessById(PostgresProcessId);
        postmaster.Kill(entireProcessTree: true);
    }

    /// <summary>Whether the private PostgreSQL runs under another process id than the given one.</summary>
    public bool HasPostgresBeenRestarted(int formerProcessId)
    {
        try
        {
            return PostgresProcessId != formerProcessId;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or FormatException)
        {
            // The file is missing, empty or half written while PostgreSQL starts.
            return false;
        }
    }

    /// <summary>
    /// Asks the server to stop with a signal such as <c>TERM</c> or <c>INT</c> and waits for its end.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        var id = ProcessId.ToString(CultureInfo.InvariantCulture);
        using (var kill = Process.Start("kill", [$"-{signal}", id]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process!.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The server did not stop on SIG{signal}:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _guard.Dispose();
        _process?.Dispose();
    }

    private void Launch()
    {
        _process?.Dispose();
        // Whoever runs the tests in the background of a script has made them ignore Ctrl-C, and a child inherits that.
        string[] arguments =
        [
            "--default-signal=INT,QUIT",
            "dotnet", "exec", FindProgram(), "serve", "--data", DataFolder, "--urls", Address.ToString(),
        ];
        var start = new ProcessStartInfo("env", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static string FindProgram()
    {
        const string name = "eventstore.dll";
        var output = Path.Combine(Repository.Root ?? string.Empty, "src", "EventStore.Cli", "bin");
        var builds = new[] { "Release", "Debug" }.Select(configuration =>
            Path.Combine(output, configuration, "net10.0", name));
        return builds.Prepend(Path.Combine(AppContext.BaseDirectory, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} was not built.");
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
