using System.Runtime.CompilerServices;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Postgres.Reading;
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
        using var memory = new MemoryLease();
        var reader = new CheckpointReader(dataSource, dataset, checkpoint);
        await foreach (var batch in reader.ReadAsync(checkpoint.Sequence, memory, null, cancellationToken))
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
        if (checkpoint is not null)
        {
            using var memory = new MemoryLease();
            var reader = new CheckpointReader(dataSource, dataset, checkpoint);
            await foreach (var batch in reader.ReadAsync(asOf, memory, after, cancellationToken))
            {
                using (batch)
                {
                    after = batch.Count > 0 ? batch[batch.Count - 1].Id.Value : after;
                    yield return batch;
                }
            }

            if (!reader.IsIncomplete)
            {
                yield break;
            }
        }

        await foreach (var batch in new HeadReader(dataSource, dataset, asOf).ReadAsync(after ?? "", cancellationToken))
        {
            using (batch)
            {
                yield return batch;
            }
        }
    }
}
