namespace EventStore.Server.Blobs;

/// <summary>
/// Keeps files: assets, exports, backups. A blob is there whole or not at all, and is never changed but replaced. All
/// calls may be made at once from many threads and servers.
/// </summary>
internal interface IBlobStore
{
    /// <summary>Keeps all that a stream holds. What breaks off leaves nothing behind.</summary>
    /// <returns>What was kept, when it is durable.</returns>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens a blob, or a part of it; null when it is not there.</summary>
    /// <param name="key">The blob.</param>
    /// <param name="range">Which part; null for all. It must lie within the blob.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken);

    /// <summary>The length of a blob in bytes; null when it is not there.</summary>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken);

    /// <summary>Deletes a blob, if it is there.</summary>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    Task DeleteAsync(BlobKey key, CancellationToken cancellationToken);

    /// <summary>
    /// All blobs below a folder of keys, in no particular order; those put or deleted meanwhile may be among them.
    /// </summary>
    /// <param name="folder">Whole segments, such as <c>assets/7</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BlobStoreException">The store cannot be used now.</exception>
    IAsyncEnumerable<BlobEntry> ListAsync(BlobKey folder, CancellationToken cancellationToken);
}
