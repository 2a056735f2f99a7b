using EventStore.Server.Hosting;

namespace EventStore.Cli.Connection;

/// <summary>The server that <c>serve</c> would start here, with the settings of this environment.</summary>
internal sealed class LocalServer
{
    private readonly ServerSettings? _settings;

    private LocalServer(ServerSettings? settings) => _settings = settings;

    /// <summary>Its address as a client on this machine reaches it.</summary>
    public string Address => (_settings?.Urls ?? ServerSettings.DefaultUrls).Split(';')[0].Trim()
        .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal);

    /// <summary>
    /// Settings that would not start a server are no reason for a client to fail: the defaults stand in.
    /// </summary>
    public static LocalServer Find()
    {
        try
        {
            return new LocalServer(ServerSettings.Load(null, null, Environment.GetEnvironmentVariable));
        }
        catch (StartupException)
        {
            return new LocalServer(null);
        }
    }

    /// <summary>
    /// Its root token, when this user may read it; null for a server elsewhere: the token of this machine is nothing to
    /// be shown to another.
    /// </summary>
    public string? RootTokenFor(string address) =>
        _settings is not null && Uri.TryCreate(address, UriKind.Absolute, out var parsed) && parsed.IsLoopback
            ? _settings.RootToken ?? DataFolder.ReadRootToken(_settings.DataFolder)
            : null;
}
