using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Reading;

/// <summary>Opens backups: the one way from a row to what it names.</summary>
internal sealed class BackupOpening(BackupBlobs blobs, BackupCache cache)
{
    /// <summary>Opens a complete backup. Its manifest is compared with the digest that the database keeps.</summary>
    /// <exception cref="BackupDamagedException">The manifest is missing or damaged, or that of another
    /// backup.</exception>
    /// <exception cref="Blobs.BlobStoreException">The store cannot be used now.</exception>
    public Task<BackupArchive> OpenAsync(StoredBackup backup, CancellationToken cancellationToken) => cache.GetAsync(
        backup.Manifest,
        async () =>
        {
            if (backup.ManifestLength > ServerLimits.BackupManifestBytes)
            {
                throw new BackupDamagedException("The manifest is too long");
            }

            var bytes = await blobs.ReadAsync(
                backup.Manifest, backup.ManifestLength, backup.ManifestSha256, CancellationToken.None);
            var manifest = BackupManifest.Read(bytes.Span);
            return manifest.Id == backup.Id && manifest.Sequence == backup.Sequence
                ? (new BackupArchive(manifest, blobs, cache), backup.ManifestLength * 4)
                : throw new BackupDamagedException("The manifest is that of another backup");
        },
        cancellationToken);
}
