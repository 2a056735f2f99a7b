namespace EventStore.Cli.Connection;

/// <summary>The root token of the server on this machine, when this user may read it.</summary>
internal static class LocalRootToken
{
    /// <summary>Null when there is none, or when the server at <paramref name="address"/> is not on this machine.</summary>
    public static string? FindFor(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var parsed) && parsed.IsLoopback
            ? Environment.GetEnvironmentVariable("EVENTSTORE_ROOT_TOKEN")
            : null;
}
