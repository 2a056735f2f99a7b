using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;

namespace EventStore.Server.Copies;

/// <summary>A document as it is wanted and as it was found, without <c>_rev</c>; empty where there is none.</summary>
internal readonly record struct DocumentPair(
    DocumentId Id, ReadOnlyMemory<byte> Wanted, ReadOnlyMemory<byte> Found)
{
    /// <summary>What makes the document found the one wanted; null when it is.</summary>
    public Mutation? ToMutation() =>
        Wanted.Span.SequenceEqual(Found.Span) ? null
        : Wanted.IsEmpty ? new DeleteMutation(Id, Purge: false)
        : new CreateOrReplaceMutation(Id, Wanted);

    /// <summary>The documents of a dataset as of a sequence, by ascending id.</summary>
    public static async IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> ReadAsync(
        DatasetReader reader,
        Dataset dataset,
        long asOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in reader.ReadAsync(dataset, asOf, null, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                yield return (batch[index].Id, batch[index].Content);
            }
        }
    }

    /// <summary>Both sides come in the order of ids, so one pass finds all pairs.</summary>
    public static async IAsyncEnumerable<DocumentPair> MatchAsync(
        IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> allWanted,
        IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> allFound,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var wanted = allWanted.GetAsyncEnumerator(cancellationToken);
        await using var found = allFound.GetAsyncEnumerator(cancellationToken);
        var (hasWanted, hasFound) = (await wanted.MoveNextAsync(), await found.MoveNextAsync());
        while (hasWanted || hasFound)
        {
            var order = !hasFound ? -1 : !hasWanted ? 1
                : string.CompareOrdinal(wanted.Current.Id.Value, found.Current.Id.Value);
            yield return new(
                order <= 0 ? wanted.Current.Id : found.Current.Id,
                order <= 0 ? wanted.Current.Content : default,
                order >= 0 ? found.Current.Content : default);
            (hasWanted, hasFound) = (
                order <= 0 ? await wanted.MoveNextAsync() : hasWanted,
                order >= 0 ? await found.MoveNextAsync() : hasFound);
        }
    }
}
