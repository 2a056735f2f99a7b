using EventStore.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace EventStore.Testing;

/// <summary>
/// The real server inside the test process, on a free port and a database of its own: use it as
/// <c>IClassFixture&lt;TestServer&gt;</c>. Tests that kill the server use <see cref="ServerProcess"/>.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    public const string ProjectId = "test";

    private readonly string _folder = TemporaryFolder.Create();
    private ServerHost? _host;
    private HttpClient? _client;

    public ServerHost Host => _host ?? throw new InvalidOperationException("The server was not started.");

    public string ConnectionString { get; private set; } = string.Empty;

    /// <summary>Sends the root token with every request; its base address is the server's.</summary>
    public HttpClient Client => _client ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Starts one outside a fixture, with changes to the application.</summary>
    public static async Task<TestServer> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var server = new TestServer();
        await server.StartHostAsync(configure);
        return server;
    }

    public Task InitializeAsync() => StartHostAsync(null);

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client that sends no token.</summary>
    public HttpClient CreateAnonymousClient() => new()
    {
        BaseAddress = Host.Address,
        Timeout = TimeSpan.FromMinutes(LongFactAttribute.IsEnabled ? 60 : 2),
    };

    private async Task StartHostAsync(Action<WebApplicationBuilder>? configure)
    {
        var cluster = await PostgresCluster.SharedAsync();
        ConnectionString = await cluster.CreateDatabaseAsync();
        _host = await ServerHost.StartAsync(
            new ServerSettings
            {
                DataFolder = _folder,
                ConnectionString = ConnectionString,
                Urls = "http://127.0.0.1:0",
                ProjectId = ProjectId,
            },
            configure);
        _client = CreateAnonymousClient();
        _client.DefaultRequestHeaders.Authorization = new("Bearer", _host.RootToken.Text);
    }
}
