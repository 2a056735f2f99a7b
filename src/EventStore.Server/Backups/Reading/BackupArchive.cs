using System.Runtime.CompilerServices;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Transactions;
using EventStore.Server.Backups.Format;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups.Reading;

/// <summary>
/// A backup that is read. Everything is compared with its digest before it is looked into, and the log with its chain:
/// damage is a <see cref="BackupDamagedException"/> wherever it is. Who is about to write what comes out calls <see
/// cref="CheckAsync"/> first.
/// </summary>
internal sealed class BackupArchive
{
    private readonly BackupBlobs _blobs;
    private readonly BackupCache _cache;
    private readonly LayerReader[] _layers;

    public BackupArchive(BackupManifest manifest, BackupBlobs blobs, BackupCache cache)
    {
        Manifest = manifest;
        (_blobs, _cache) = (blobs, cache);
        _layers = [.. manifest.Layers.Select(layer => new LayerReader(layer, blobs, cache))];
    }

    public BackupManifest Manifest { get; }

    /// <summary>Reads every byte that the backup is made of and compares all digests.</summary>
    /// <returns>The bytes read so far, now and then.</returns>
    /// <exception cref="BackupDamagedException">Something is not what it was.</exception>
    public async IAsyncEnumerable<long> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var part in Manifest.Parts)
        {
            await _blobs.CheckAsync(
                part.Key, part.Length, Convert.FromHexString(part.Sha256), default, cancellationToken);
            yield return bytes += part.Length;
        }

        await foreach (var asset in ReadAssetsAsync(cancellationToken))
        {
            await _blobs.CheckAsync(
                asset.Key, asset.Length, asset.Sha256, Convert.FromHexString(asset.Sha1), cancellationToken);
            yield return bytes += asset.Length;
        }
    }

    /// <summary>The transactions behind a sequence up to another one, in order, their digests recomputed.</summary>
    /// <param name="after">0 for the beginning.</param>
    /// <param name="last">Within the backup.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BackupDamagedException">The log is damaged. It may be noticed at the end of a part, of which
    /// transactions have been given already.</exception>
    public async IAsyncEnumerable<LoggedTransaction> ReadLogAsync(
        long after, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var previous = TransactionDigest.Genesis;
        foreach (var part in Manifest.Log)
        {
            if (part.From > last)
            {
                yield break;
            }

            if (part.To > after)
            {
                var content = await _blobs.ReadAsync(part.Key, part.Length, part.Sha256, cancellationToken);
                foreach (var transaction in LogPartReader.Read(content, part, previous))
                {
                    if (transaction.Header.Sequence > after && transaction.Header.Sequence <= last)
                    {
                        yield return transaction;
                    }
                }
            }

            previous = Convert.FromHexString(part.Digest);
        }
    }

    /// <summary>The last transaction with a timestamp at or before a time; 0 when the time is before the
    /// first.</summary>
    /// <exception cref="BackupDamagedException">The log is damaged.</exception>
    public async Task<long> FindSequenceAtAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var sequence = Manifest.Log.LastOrDefault(part => part.LastTimestamp <= time)?.To ?? 0;
        if (Manifest.Log.FirstOrDefault(part => part.From == sequence + 1) is { } part)
        {
            await foreach (var transaction in ReadLogAsync(part.From - 1, part.To, cancellationToken))
            {
                sequence = transaction.Header.Timestamp <= time ? transaction.Header.Sequence : sequence;
            }
        }

        return sequence;
    }

    /// <summary>The place of a revision; null when the backup has none of that id.</summary>
    /// <exception cref="BackupDamagedException">The log is damaged.</exception>
    public async Task<long?> FindSequenceAsync(string revision, CancellationToken cancellationToken)
    {
        long? found = revision == Manifest.Revision ? Manifest.Sequence : null;
        foreach (var part in found is null ? Manifest.Log : [])
        {
            await foreach (var transaction in ReadLogAsync(part.From - 1, part.To, cancellationToken))
            {
                found = transaction.Header.Id.Value == revision ? transaction.Header.Sequence : found;
            }
        }

        return found;
    }

    /// <summary>The documents at the backup's sequence, by ascending id; none is deleted.</summary>
    /// <param name="after">Starts behind this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BackupDamagedException">They are damaged.</exception>
    public IAsyncEnumerable<BackedUpDocument> ReadDocumentsAsync(
        string? after, CancellationToken cancellationToken) => LayerMerge.ReadAsync(_layers, after, cancellationToken);

    /// <summary>One document at the backup's sequence; null when there is none.</summary>
    /// <exception cref="BackupDamagedException">It is damaged.</exception>
    public async Task<ReadOnlyMemory<byte>?> FindDocumentAsync(string id, CancellationToken cancellationToken)
    {
        var said = new List<DocumentEntry>();
        foreach (var layer in _layers.Reverse())
        {
            if (said is [] or [.., { Kind: DocumentEntryKind.Patch }]
                && await layer.FindAsync(id, cancellationToken) is { } entry)
            {
                said.Add(entry);
            }
        }

        return LayerMerge.Resolve(said) is { IsEmpty: false } document ? document : null;
    }

    /// <summary>The contents of assets.</summary>
    /// <exception cref="BackupDamagedException">Their list is damaged.</exception>
    public async IAsyncEnumerable<BackedUpAsset> ReadAssetsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in Manifest.AssetLists)
        {
            var assets = AssetList.Decode(
                await _blobs.ReadAsync(part.Key, part.Length, part.Sha256, cancellationToken));
            if (assets.Count != part.Entries || assets.Any(asset => !BlobKey.TryParse(asset.Key, out _)))
            {
                throw FieldReader.Broken();
            }

            foreach (var asset in assets)
            {
                yield return asset;
            }
        }
    }

    /// <summary>The contents of assets by their SHA-1.</summary>
    /// <exception cref="BackupDamagedException">Their list is damaged.</exception>
    public Task<Dictionary<string, BackedUpAsset>> AssetsAsync(CancellationToken cancellationToken) => _cache.GetAsync(
        $"{Manifest.Id}#assets",
        async () =>
        {
            var assets = new Dictionary<string, BackedUpAsset>(StringComparer.Ordinal);
            await foreach (var asset in ReadAssetsAsync(CancellationToken.None))
            {
                assets[asset.Sha1] = asset;
            }

            return (assets, assets.Values.Sum(asset => 300L + asset.Key.Length));
        },
        cancellationToken);
}
