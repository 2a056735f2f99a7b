using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;

namespace EventStore.Server.Documents;

/// <summary>
/// Reads many documents a slice at a time, all as of one moment, so that a long list takes bounded memory.
/// </summary>
internal sealed class DocumentSlices(DocumentReader documents, TransactionReader transactions)
{
    /// <param name="dataset">The dataset.</param>
    /// <param name="ids">Which documents.</param>
    /// <param name="moment">When.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Those that exist there, in the order of the ids; none when the moment is an unknown revision.</returns>
    public async IAsyncEnumerable<DocumentSnapshot> ReadAsync(
        Dataset dataset,
        IReadOnlyList<DocumentId> ids,
        Moment moment,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One slice is one statement and sees one state by itself; several need a sequence to agree on.
        if (ids.Count > ServerLimits.DocumentSlice)
        {
            moment = Moment.At(await FindSequenceAsync(dataset, moment, cancellationToken));
        }

        foreach (var slice in ids.Chunk(ServerLimits.DocumentSlice))
        {
            foreach (var document in await documents.ReadAsync(dataset, slice, moment, cancellationToken))
            {
                yield return document;
            }
        }
    }

    /// <summary>The documents as they are, or as they last were before their deletion.</summary>
    public async IAsyncEnumerable<DocumentSnapshot> ReadLastAsync(
        Dataset dataset, IReadOnlyList<DocumentId> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var slice in ids.Chunk(ServerLimits.DocumentSlice))
        {
            foreach (var document in await documents.ReadLastAsync(dataset, slice, cancellationToken))
            {
                yield return document;
            }
        }
    }

    private async Task<long> FindSequenceAsync(Dataset dataset, Moment moment, CancellationToken cancellationToken) =>
        moment switch
        {
            { Revision: { } revision } =>
                await transactions.FindSequenceAsync(dataset, revision, cancellationToken) ?? 0,
            { Time: { } time } => await transactions.FindSequenceAtAsync(dataset, time, cancellationToken),
            _ => Math.Min(
                moment.Sequence ?? long.MaxValue, (await transactions.HeadAsync(dataset, cancellationToken)).Sequence),
        };
}
