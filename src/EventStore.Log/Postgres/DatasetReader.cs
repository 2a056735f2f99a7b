using System.Runtime.CompilerServices;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads a whole dataset as of any sequence: the youngest checkpoint before it merged with the log since, or, where
/// there is none, every document from its own chain. Either way in bounded memory, and with no connection or database
/// transaction held while the caller is busy.
/// </summary>
/// <remarks>
/// The documents of a sequence are the same bytes however and whenever they are read, so a read may change from one way
/// to the other between two documents: that is what happens when a checkpoint is dropped under it, or is damaged.
/// </remarks>
public sealed class DatasetReader(NpgsqlDataSource dataSource)
{
    private const int PageCapacity = 256 * 1024;

    private readonly DocumentReader _documents = new(dataSource);
    private readonly CheckpointStore _checkpoints = new(dataSource);

    /// <summary>The dataset by ascending id.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="asOf">The sequence.</param>
    /// <param name="afterId">Starts after this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Batches, valid until the next one is asked for; some may be empty.</returns>
    public async IAsyncEnumerable<DocumentBatch> ReadAsync(
        Dataset dataset, long asOf, string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var checkpoint = await _checkpoints.FindAsync(dataset, asOf, cancellationToken);
        await foreach (var batch in ReadAsync(dataset, checkpoint, asOf, afterId, cancellationToken))
        {
            yield return batch;
        }
    }

    /// <summary>What a checkpoint holds, for comparison.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or was dropped.</exception>
    internal async IAsyncEnumerable<DocumentBatch> ReadAsync(
        Dataset dataset, Checkpoint checkpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new CheckpointReader(dataSource, dataset, checkpoint);
        await foreach (var batch in reader.ReadAsync(new DatasetTail(), null, cancellationToken))
        {
            using (batch)
            {
                yield return batch;
            }
        }

        if (reader.IsIncomplete)
        {
            throw new InvalidDataException("The checkpoint cannot be read to its end");
        }
    }

    /// <summary>What a checkpoint should hold, read without it.</summary>
    internal async IAsyncEnumerable<DocumentBatch> ReadWithoutAsync(
        Dataset dataset, Checkpoint checkpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var earlier = await _checkpoints.FindAsync(dataset, checkpoint.Sequence - 1, cancellationToken);
        await foreach (var batch in ReadAsync(dataset, earlier, checkpoint.Sequence, null, cancellationToken))
        {
            yield return batch;
        }
    }

    private async IAsyncEnumerable<DocumentBatch> ReadAsync(
        Dataset dataset,
        Checkpoint? checkpoint,
        long asOf,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tail = checkpoint is null
            ? null
            : await TailReader.ReadAsync(dataSource, dataset, checkpoint.Sequence, asOf, cancellationToken);
        if (checkpoint is not null && tail is not null)
        {
            var reader = new CheckpointReader(dataSource, dataset, checkpoint);
            try
            {
                await foreach (var batch in reader.ReadAsync(tail, after, cancellationToken))
                {
                    using (batch)
                    {
                        after = batch.Count > 0 ? batch[batch.Count - 1].Id.Value : after;
                        yield return batch;
                    }
                }
            }
            finally
            {
                TailMemory.Release(tail.Bytes);
            }

            if (!reader.IsIncomplete)
            {
                yield break;
            }
        }

        await foreach (var batch in ReadChainsAsync(dataset, asOf, after ?? "", cancellationToken))
        {
            using (batch)
            {
                yield return batch;
            }
        }
    }

    /// <summary>
    /// The next page is fetched while the caller is busy with the one before, so that the database and the client do
    /// not wait for each other. It takes a connection for its statements only, and memory for one page more.
    /// </summary>
    private async IAsyncEnumerable<DocumentBatch> ReadChainsAsync(
        Dataset dataset, long asOf, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var builder = new DocumentBatchBuilder(PageCapacity);
        var next = ReadPageAsync(dataset, asOf, after, Limits.PageDocuments, stop.Token);
        try
        {
            while (await next is { } page)
            {
                next = ReadPageAsync(dataset, asOf, page.LastId, FittingCount(page), stop.Token);
                foreach (var (document, number) in page.Documents)
                {
                    builder.Add(number, document.Sequence, document.Content.Span, document.Revision);
                }

                yield return builder.Take();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// How many documents like those of a page fill the next one, and some more: ids that turn out not to fit were
    /// looked up for nothing, and a page with few bytes is not worth its round trip.
    /// </summary>
    private static int FittingCount(DocumentPage page)
    {
        var bytes = page.Documents.Sum(entry => (long)entry.Document.Content.Length);
        return bytes == 0
            ? Limits.PageDocuments
            : (int)Math.Clamp(
                Limits.DatasetPageBytes * page.Documents.Count / bytes * 5 / 4,
                Limits.PageDocumentsLeast,
                Limits.PageDocumentsMost);
    }

    private Task<DocumentPage?> ReadPageAsync(
        Dataset dataset, long asOf, string after, int most, CancellationToken cancellationToken) => Task.Run(
            () => _documents.ReadPageAsync(dataset, asOf, after, most, cancellationToken), cancellationToken);
}
