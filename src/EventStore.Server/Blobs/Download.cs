namespace EventStore.Server.Blobs;

/// <summary>What a download link leads to.</summary>
/// <param name="Key">The blob.</param>
/// <param name="FileName">What it is to be called where it is saved.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record Download(BlobKey Key, string FileName, string ContentType)
{
    /// <summary>Of the manifest of a backup: the one document in it that is meant; else null.</summary>
    public string? Document { get; init; }
}
