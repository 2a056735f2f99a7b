using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EventStore.Testing;

namespace EventStore.Server.Tests.Blobs;

/// <summary>A server that speaks the S3 protocol, from the packages of the client tests.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "test-bucket";
    public const string Key = "S3RVER";

    private readonly Process _process;
    private readonly string _folder = TemporaryFolder.Create();

    private S3Server()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        }

        string[] arguments =
        [
            Script!, "-d", _folder, "-a", "127.0.0.1", "-p", new Uri(Endpoint).Port.ToString(), "-s",
            "--configure-bucket", Bucket,
        ];
        _process = Process.Start(new ProcessStartInfo(Node!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Endpoint { get; }

    /// <summary>Null when the packages are not installed.</summary>
    public static string? Script { get; } = Existing("tests/clients/node_modules/s3rver/bin/s3rver.js");

    /// <summary>Null when there is none.</summary>
    public static string? Node { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Concat(Tools())
        .Select(folder => Path.Combine(folder, "node"))
        .FirstOrDefault(File.Exists);

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(server.Endpoint));
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("The S3 server did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Existing(string path) =>
        Repository.Root is { } root && File.Exists(Path.Combine(root, path)) ? Path.Combine(root, path) : null;

    private static IEnumerable<string> Tools() =>
        Repository.Root is { } root && Directory.Exists(Path.Combine(root, ".tools"))
            ? Directory.GetDirectories(Path.Combine(root, ".tools"), "node-*").Select(folder => Path.Combine(folder, "bin"))
            : [];
}

/// <summary>A test against an S3 server; skipped, saying so, where there is none.</summary>
public sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute()
    {
        if (S3Server.Script is null || S3Server.Node is null)
        {
            Skip = "The S3 server is not at hand: run \"npm ci\" in tests/clients, with Node.js in PATH.";
        }
    }
}
