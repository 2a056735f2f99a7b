using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Projections;
using EventStore.Mendoza;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;

namespace EventStore.Server.Backups.Restoring;

/// <summary>
/// The documents of a backup at any place of its log. At its end they are read as they are kept; at any other the log
/// is replayed in memory, for a share of the documents at a time when they are many.
/// </summary>
internal sealed class RestoredDocuments
{
    private readonly BackupArchive _archive;
    private readonly long _sequence;
    private readonly HashSet<string>? _only;

    public RestoredDocuments(BackupArchive archive, RestoreOrder order)
    {
        (_archive, _sequence) = (archive, order.Sequence);
        _only = order.Documents?.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The shares, one after the other.</summary>
    /// <exception cref="BackupDamagedException">The backup is damaged.</exception>
    public async IAsyncEnumerable<RestoredShare> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_sequence == _archive.Manifest.Sequence)
        {
            yield return new(IsWanted, ReadKeptAsync(cancellationToken));
            yield break;
        }

        var shares = 1;
        for (var share = 0; share < shares; share++)
        {
            var states = await ReplayAsync(share, shares, cancellationToken);
            while (states is null)
            {
                // Only the first share is measured: the others are about as large.
                shares *= 2;
                states = await ReplayAsync(share, shares, cancellationToken);
            }

            var (number, count) = (share, shares);
            yield return new(id => IsWanted(id) && ShareOf(id, count) == number, Sorted(states));
        }
    }

    private bool IsWanted(string id) => _only?.Contains(id) != false;

    private static int ShareOf(string id, int shares) =>
        (int)((uint)string.GetHashCode(id, StringComparison.Ordinal) % (uint)shares);

    private async IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> ReadKeptAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in _archive.ReadDocumentsAsync(null, cancellationToken))
        {
            if (IsWanted(document.Id))
            {
                yield return (DocumentId.Parse(document.Id), DocumentContent.RemoveRevision(document.Json));
            }
        }
    }

    /// <summary>The states of a share; null when the first one is too large.</summary>
    private async Task<Dictionary<string, ReadOnlyMemory<byte>>?> ReplayAsync(
        int share, int shares, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var bytes = 0L;
        await foreach (var transaction in _archive.ReadLogAsync(0, _sequence, cancellationToken))
        {
            foreach (var (_, effect) in transaction.Effects)
            {
                var id = effect.DocumentId.Value;
                if (!IsWanted(id) || ShareOf(id, shares) != share)
                {
                    continue;
                }

                states.TryGetValue(id, out var before);
                var after = Apply(transaction, before, effect.Apply.Span);
                states[id] = after;
                bytes += after.Length - before.Length;
                if (share == 0 && bytes > ServerLimits.BackupVerificationBytes)
                {
                    return null;
                }
            }
        }

        return states;
    }

    private static ReadOnlyMemory<byte> Apply(
        LoggedTransaction transaction, ReadOnlyMemory<byte> before, ReadOnlySpan<byte> patch)
    {
        try
        {
            return DocumentChain.Apply(before, patch, PatchTrust.Untrusted);
        }
        catch (Exception exception) when (exception is MendozaException or InvalidDataException)
        {
            throw new BackupDamagedException(
                $"Transaction {transaction.Header.Sequence} cannot be replayed: {exception.Message}");
        }
    }

    private static IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> Sorted(
        Dictionary<string, ReadOnlyMemory<byte>> states) => states
            .Where(state => !state.Value.IsEmpty)
            .OrderBy(state => state.Key, StringComparer.Ordinal)
            .Select(state => (DocumentId.Parse(state.Key), state.Value))
            .ToAsyncEnumerable();
}
