namespace EventStore.Server.Backups;

/// <summary>A backup as the database knows it.</summary>
/// <param name="Number">Rises from backup to backup.</param>
/// <param name="Id">Its date and a UUID.</param>
/// <param name="ProjectId">The project of its dataset.</param>
/// <param name="DatasetName">What the dataset was called.</param>
/// <param name="Source">Number of the dataset.</param>
/// <param name="Sequence">The last transaction in it.</param>
/// <param name="Revision">That transaction's id; null when there is none.</param>
/// <param name="CreatedAt">When it was asked for; what it holds is of that moment.</param>
internal sealed record StoredBackup(
    long Number,
    string Id,
    string ProjectId,
    string DatasetName,
    int Source,
    long Sequence,
    string? Revision,
    DateTimeOffset CreatedAt)
{
    /// <summary>The job that makes it.</summary>
    public required string Job { get; init; }

    /// <summary>User id of who asked for it.</summary>
    public required string Author { get; init; }

    /// <summary>How many documents; known when it is complete, like everything below.</summary>
    public long Documents { get; init; }

    /// <summary>How many contents of assets.</summary>
    public long Assets { get; init; }

    /// <summary>Bytes of all that it names.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that it added to the store.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>The blob of its manifest.</summary>
    public string Manifest { get; init; } = string.Empty;

    public long ManifestLength { get; init; }

    /// <summary>Digest of the manifest, hexadecimal: it stands for the whole backup.</summary>
    public string ManifestSha256 { get; init; } = string.Empty;
}
