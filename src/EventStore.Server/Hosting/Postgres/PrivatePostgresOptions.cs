namespace EventStore.Server.Hosting.Postgres;

/// <summary>How to run a private PostgreSQL.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>Where the cluster lives; made when it is missing. Symbolic links must be resolved already.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Whether a new cluster is forced to disk before it is used; only a throw-away cluster can do without.
    /// </summary>
    public bool SyncNewCluster { get; init; } = true;

    /// <summary>Null means a size that fits this machine.</summary>
    public int? SharedBuffersMegabytes { get; init; }

    /// <summary>Settings of postgresql.conf that go before the ones chosen here.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
