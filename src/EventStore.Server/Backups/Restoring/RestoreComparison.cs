using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Copies;

namespace EventStore.Server.Backups.Restoring;

/// <summary>Compares what a backup has with what a dataset has.</summary>
internal sealed class RestoreComparison(DatasetReader datasets, TransactionReader transactions)
{
    /// <summary>What has to be changed, each document as it is wanted and as it was found.</summary>
    /// <param name="archive">The backup.</param>
    /// <param name="order">What is restored.</param>
    /// <param name="target">The dataset; null when there is none yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Format.BackupDamagedException">The backup is damaged.</exception>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async IAsyncEnumerable<DocumentPair> CompareAsync(
        BackupArchive archive,
        RestoreOrder order,
        Dataset? target,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = target is null ? 0 : (await transactions.HeadAsync(target, cancellationToken)).Sequence;
        await foreach (var share in new RestoredDocuments(archive, order).ReadAsync(cancellationToken))
        {
            var found = target is null
                ? AsyncEnumerable.Empty<(DocumentId Id, ReadOnlyMemory<byte> Content)>()
                : DocumentPair.ReadAsync(datasets, target, end, cancellationToken)
                    .Where(document => share.Includes(document.Id.Value));
            await foreach (var pair in DocumentPair.MatchAsync(share.Documents, found, cancellationToken))
            {
                if (IsSelected(pair, order) && pair.ToMutation() is not null)
                {
                    yield return pair;
                }
            }
        }

        if (target is not null)
        {
            // What was read of a dataset that is being erased might be a part only.
            await transactions.HeadAsync(target, cancellationToken);
        }
    }

    private static bool IsSelected(DocumentPair pair, RestoreOrder order) =>
        !(order.KeepOthers && pair.Wanted.IsEmpty)
        && (order.Types is not { } types || IsOf(types, pair.Wanted) || IsOf(types, pair.Found));

    private static bool IsOf(IReadOnlyList<string> types, ReadOnlyMemory<byte> content) =>
        !content.IsEmpty && DocumentContent.Type(content.Span) is { } type && types.Contains(type);
}
