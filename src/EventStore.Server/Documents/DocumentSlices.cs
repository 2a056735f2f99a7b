using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;

namespace EventStore.Server.Documents;

/// <summary>
/// Reads many documents a slice at a time, all as of one moment, so that a long list takes bounded memory.
/// </summary>
internal sealed class DocumentSlices(DocumentReader documents, TransactionReader transactions)
{
    /// <param name="dataset">The dataset.</param>
    /// <param name="ids">Which documents.</param>
    /// <param name="asOf">The sequence; null for now.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Those that exist there, in the order of the ids.</returns>
    public async IAsyncEnumerable<DocumentSnapshot> ReadAsync(
        Dataset dataset,
        IReadOnlyList<DocumentId> ids,
        long? asOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One slice is one statement and sees one state by itself; several need a sequence to agree on.
        if (ids.Count > ServerLimits.DocumentSlice)
        {
            asOf ??= (await transactions.HeadAsync(dataset, cancellationToken)).Sequence;
        }

        foreach (var slice in ids.Chunk(ServerLimits.DocumentSlice))
        {
            foreach (var document in await documents.ReadAsync(dataset, slice, asOf, cancellationToken))
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
}
