using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EventStore.Mendoza;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;

namespace EventStore.Server.Backups.Verification;

/// <summary>
/// Proves a backup by restoring it into memory, a share of its documents at a time where they are many: reads every
/// byte and compares all digests, recomputes the hash chain, leads every document through all of its patches, and
/// compares what comes out with the documents of the backup.
/// </summary>
internal sealed class BackupVerifier(BackupOpening opening, CertificateMaker certificates, TimeProvider clock)
{
    private const long ProgressTransactions = 1000;

    /// <summary>Runs the verification; the last step says how it ended.</summary>
    public async IAsyncEnumerable<VerificationStep> VerifyAsync(
        StoredBackup backup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var steps = ProveAsync(backup, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (steps)
        {
            while (true)
            {
                VerificationStep? step;
                try
                {
                    step = await steps.MoveNextAsync() ? steps.Current : null;
                }
                catch (BackupDamagedException damage)
                {
                    step = new VerificationDamage(damage.Message);
                }

                if (step is not null)
                {
                    yield return step;
                }

                if (step is null or VerificationDamage)
                {
                    yield break;
                }
            }
        }
    }

    private async IAsyncEnumerable<VerificationStep> ProveAsync(
        StoredBackup backup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var archive = await opening.OpenAsync(backup, cancellationToken);
        await foreach (var bytes in archive.CheckAsync(cancellationToken))
        {
            yield return new VerificationProgress("bytes", bytes, backup.Bytes);
        }

        var manifest = archive.Manifest;
        var shares = await CountSharesAsync(archive, cancellationToken);
        var documents = 0L;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var share = 0; share < shares; share++)
        {
            using var replay = new ShareReplay(share, shares);
            await foreach (var transaction in archive.ReadLogAsync(0, manifest.Sequence, cancellationToken))
            {
                Apply(replay, transaction);
                if (transaction.Header.Sequence % ProgressTransactions == 0)
                {
                    yield return new VerificationProgress(
                        "transactions",
                        (share * manifest.Sequence) + transaction.Header.Sequence,
                        shares * manifest.Sequence);
                }
            }

            await foreach (var document in archive.ReadDocumentsAsync(null, cancellationToken))
            {
                documents += replay.Compare(document) ? 1 : 0;
                if (share == 0)
                {
                    digest.AppendData(document.Json.Span);
                    digest.AppendData("\n"u8);
                }
            }

            replay.RequireAllCompared();
        }

        if (documents != manifest.Documents)
        {
            throw new BackupDamagedException(
                $"The manifest counts {manifest.Documents} documents, and the log leads to {documents}");
        }

        yield return certificates.Make(
            backup, manifest, startedAt, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }


    private static void Apply(ShareReplay replay, Log.Postgres.Copies.LoggedTransaction transaction)
    {
        try
        {
            replay.Apply(transaction);
        }
        catch (Exception exception) when (exception is MendozaException or InvalidDataException)
        {
            throw new BackupDamagedException(
                $"Transaction {transaction.Header.Sequence} cannot be replayed: {exception.Message}");
        }
    }

    /// <summary>How many shares fit into memory one after the other, by what the documents take at the end.</summary>
    private static async Task<int> CountSharesAsync(BackupArchive archive, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        await foreach (var document in archive.ReadDocumentsAsync(null, cancellationToken))
        {
            bytes += document.Json.Length + ShareReplay.StateBytes;
        }

        return (int)((bytes / ServerLimits.BackupVerificationBytes) + 1);
    }
}
