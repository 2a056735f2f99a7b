using EventStore.Server.Auth.Tokens;
using EventStore.Server.Blobs;
using EventStore.Server.Hosting.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Server.Hosting;

/// <summary>
/// A running server and all it holds: the lock of its data folder, its private PostgreSQL (if any) and the web
/// application. They are taken in this order and given back in the opposite one, whatever fails in between.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _held = new();
    private readonly TokenPepper _pepper;
    private WebApplication? _app;
    private volatile bool _listening;

    private ServerHost(RootToken rootToken, TokenPepper pepper, ServerSettings settings)
    {
        RootToken = rootToken;
        _pepper = pepper;
        Settings = settings;
    }

    /// <summary>The settings in effect.</summary>
    public ServerSettings Settings { get; }

    public RootToken RootToken { get; }

    /// <summary>The first address the server listens on, with the port it really got.</summary>
    public Uri Address => new(App.Urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
        .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));

    public IServiceProvider Services => App.Services;

    private WebApplication App => _app ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Starts a server; returns when it listens.</summary>
    /// <param name="settings">What the operator chose.</param>
    /// <param name="configure">Changes to the application before it is built, such as a test's own services.</param>
    /// <param name="cancellationToken">Gives the start up; what was taken is given back.</param>
    /// <exception cref="StartupException">Something the operator can mend is in the way.</exception>
    public static async Task<ServerHost> StartAsync(
        ServerSettings settings,
        Action<WebApplicationBuilder>? configure = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var folder = DataFolder.Open(settings.DataFolder);
        ServerHost? host = null;
        try
        {
            var token = settings.RootToken is { } chosen ? new RootToken(chosen) : folder.ReadOrCreateRootToken();
            var pepper = settings.TokenPepper is { } text ? new TokenPepper(text) : folder.ReadOrCreateTokenPepper();
            host = new ServerHost(token, pepper, settings with { DataFolder = folder.FullPath });
            host._held.Push(() => { folder.Dispose(); return ValueTask.CompletedTask; });
            await host.StartApplicationAsync(configure, cancellationToken);
            return host;
        }
        catch
        {
            if (host is null)
            {
                folder.Dispose();
            }
            else
            {
                await host.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Returns when the caller asks for a stop or the application ends by itself.</summary>
    public async Task WaitForStopAsync(CancellationToken cancellationToken)
    {
        var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Finishes the requests under way (for a bounded time), then stops the private PostgreSQL and frees the folder.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        while (_held.TryPop(out var release))
        {
            await release();
        }
    }

    private async Task StartApplicationAsync(
        Action<WebApplicationBuilder>? configure,
        CancellationToken cancellationToken)
    {
        var builder = CreateBuilder();
        using var loggers = LoggerFactory.Create(ConfigureLogging);
        var connectionString = Settings.ConnectionString;
        PrivatePostgres? postgres = null;
        if (connectionString is null)
        {
            postgres = await StartPostgresAsync(loggers, cancellationToken);
            connectionString = postgres.ConnectionString;
        }

        var dataSource = CreateDataSource(connectionString);
        _held.Push(dataSource.DisposeAsync);
        if (postgres is not null)
        {
            postgres.Restarted += dataSource.Clear;
        }

        await DatabaseRequirements.RequireAsync(dataSource, cancellationToken);
        await DatabasePreparation.MigrateAsync(dataSource, cancellationToken);
        await DatabasePreparation.EnsureProjectAsync(dataSource, Settings.ProjectId, cancellationToken);

        AddPlacesForFiles(builder.Services);
        builder.Services.AddSingleton(dataSource).AddSingleton(Settings).AddSingleton(RootToken).AddSingleton(_pepper);
        EndpointMap.AddServices(builder.Services);
        configure?.Invoke(builder);
        var app = builder.Build();
        _app = app;
        _held.Push(app.DisposeAsync);
        EndpointMap.Map(app);
        await ListenAsync(app, cancellationToken);
    }

    private void AddPlacesForFiles(IServiceCollection services)
    {
        var blobs = BlobSettings.Open(Settings);
        if (blobs is IDisposable client)
        {
            _held.Push(() => { client.Dispose(); return ValueTask.CompletedTask; });
        }

        services.AddSingleton(blobs)
            .AddSingleton(SpoolFolder.Open(Path.Combine(Settings.DataFolder, SpoolFolder.Name)));
    }

    private async Task ListenAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            _held.Push(() => new ValueTask(app.StopAsync(CancellationToken.None)));
            await app.StartAsync(cancellationToken);
            _listening = true;
        }
        catch (IOException exception)
        {
            throw new StartupException($"The server cannot listen on {Settings.Urls}: {exception.Message}", exception);
        }
    }

    private async Task<PrivatePostgres> StartPostgresAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Settings.DataFolder, "postgres");
        var logger = loggers.CreateLogger<PrivatePostgres>();
        var options = new PrivatePostgresOptions { Folder = folder };
        var postgres = await PrivatePostgres.StartAsync(options, logger, cancellationToken);
        _held.Push(postgres.DisposeAsync);
        LogMessages.PostgresStarted(logger, folder, postgres.ProcessId);
        return postgres;
    }

    private static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (!connectionString.Contains("Auto Prepare", StringComparison.OrdinalIgnoreCase))
            {
                // Planning a read of the past takes several times as long as running it.
                settings.MaxAutoPrepare = ServerLimits.PreparedStatements;
                settings.AutoPrepareMinUsages = 2;
            }

            if (!connectionString.Contains("No Reset On Close", StringComparison.OrdinalIgnoreCase))
            {
                // Nothing here changes a session beyond its database transaction, and advisory locks are given back: to
                // reset one before each use would take the database longer than most reads do.
                settings.NoResetOnClose = true;
            }

            return NpgsqlDataSource.Create(settings);
        }
        catch (ArgumentException exception)
        {
            throw new StartupException(
                $"The connection string is not valid ({ServerSettings.ConnectionStringVariable}): {exception.Message}",
                exception);
        }
    }

    private WebApplicationBuilder CreateBuilder()
    {
        // The empty builder reads no settings of its own: what this server obeys is in ServerSettings alone.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        ConfigureLogging(builder.Logging);
        builder.Services.AddRouting();
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ServerLimits.StopDrain);

        // A request is worked on where its bytes arrive: nothing here blocks, and each hand-over to another thread of
        // the pool costs more than most requests do.
        builder.WebHost.UseSockets(options =>
        {
            options.UnsafePreferInlineScheduling = true;

            // To wait for bytes first and receive them then is a call of the system more for each request; what it
            // saves is 4 kB a connection that is at rest.
            options.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.WebHost.UseUrls(Settings.Urls).UseKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxResponseBufferSize = ServerLimits.ConnectionBufferBytes;
            options.Limits.MaxRequestLineSize = ServerLimits.MaxRequestLineBytes;
            options.Limits.MaxRequestHeaderCount = ServerLimits.MaxHeaderCount;
            options.Limits.MaxRequestHeadersTotalSize = ServerLimits.MaxHeaderBytes;
            options.Limits.MaxRequestBodySize = ServerLimits.MaxRequestBodyBytes;
            options.Limits.MaxConcurrentConnections = ServerLimits.MaxConnections;
            options.Limits.KeepAliveTimeout = ServerLimits.ConnectionKeepAlive;
            options.Limits.RequestHeadersTimeout = ServerLimits.RequestHeaders;
        });
        return builder;
    }

    private void ConfigureLogging(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)

        // Who logs every request has an activity and a scope made for each of them; what fails is logged here.
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

        // Whether servers come and go is no news; what becomes of their jobs is told by those.
        .AddFilter("Quartz", LogLevel.Error)

        // What fails before the server listens is thrown to the caller; here it would only be repeated with a stack
        // trace.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => _listening && level >= LogLevel.Warning)
        .AddFilter("Npgsql", LogLevel.Warning)
        .AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.UseUtcTimestamp = true;
        });

    // Whoever starts the server decides what stops it; the default would take over the process's signals.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
