namespace EventStore.Server.Hosting;

/// <summary>What the web server bears of one connection before any endpoint sees the request.</summary>
internal static class ConnectionLimits
{
    /// <summary>The longest method, path and query together, in bytes: document lists travel in the path.</summary>
    public const int MaxRequestLineBytes = 32 * 1024;

    /// <summary>The most header fields of a request.</summary>
    public const int MaxHeaderCount = 100;

    /// <summary>The largest sum of all header fields, in bytes.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>The largest request body, in bytes; an endpoint that streams its body sets its own.</summary>
    public const long MaxRequestBodyBytes = 64 * 1024 * 1024;

    /// <summary>The most connections at once.</summary>
    public const long MaxConnections = 4096;

    /// <summary>How long an idle connection is kept.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(2);

    /// <summary>How long the header fields of a request may take to arrive.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(15);

    /// <summary>How long requests under way may go on after the server was told to stop.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);
}
