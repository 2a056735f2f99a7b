using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>
/// Reads a dataset as a checkpoint merged with the tail of the log. Chunks are fetched, and unpacked and merged on
/// other threads, while the caller is busy with the one before; a few are under way at a time, so memory is bounded.
/// </summary>
internal sealed class CheckpointReader(NpgsqlDataSource dataSource, Dataset dataset, Checkpoint checkpoint)
{
    private readonly CheckpointStore _store = new(dataSource);

    /// <summary>
    /// Whether the reader came to a place where it could not go on, since the checkpoint was dropped or is damaged:
    /// what it gave is right but not all.
    /// </summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Batches by ascending id; each is the caller's to dispose.</summary>
    /// <param name="tail">The log from the checkpoint to the sequence that is read.</param>
    /// <param name="after">Starts behind this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<DocumentBatch> ReadAsync(
        DatasetTail tail, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merges = Channel.CreateBounded<Task<DocumentBatch>>(Limits.CheckpointMergesAhead);
        var producer = ProduceAsync(tail, after, merges.Writer, stop.Token);
        try
        {
            await foreach (var merge in merges.Reader.ReadAllAsync(cancellationToken))
            {
                if (await CompleteAsync(merge) is not { } batch)
                {
                    yield break;
                }

                yield return batch;
            }

            await producer;
        }
        finally
        {
            await stop.CancelAsync();
            await producer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (merges.Reader.TryRead(out var merge))
            {
                await ((Task)merge).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (merge.IsCompletedSuccessfully)
                {
                    merge.Result.Dispose();
                }
            }
        }
    }

    private async Task<DocumentBatch?> CompleteAsync(Task<DocumentBatch> merge)
    {
        try
        {
            return await merge;
        }
        catch (InvalidDataException)
        {
            IsIncomplete = true;
            return null;
        }
    }

    private async Task ProduceAsync(
        DatasetTail tail, string? after, ChannelWriter<Task<DocumentBatch>> merges, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var chunks = await _store.ReadChunksAsync(dataset, checkpoint, after, cancellationToken);
                if (chunks is null)
                {
                    IsIncomplete = true;
                    return;
                }

                foreach (var (lastId, content) in chunks)
                {
                    var from = after;
                    var merge = Task.Run(
                        () => CheckpointMerge.Run(CheckpointChunk.Decode(content, lastId), tail, from, lastId),
                        CancellationToken.None);
                    await merges.WriteAsync(merge, cancellationToken);
                    after = lastId;
                }

                if (chunks.Count < Limits.CheckpointChunksPerRead)
                {
                    break;
                }
            }

            // What is new and sorts behind the last document of the checkpoint.
            var end = after;
            var rest = Task.Run(
                () => CheckpointMerge.Run(DocumentBatch.Empty(), tail, end, null), CancellationToken.None);
            await merges.WriteAsync(rest, cancellationToken);
        }
        finally
        {
            merges.TryComplete();
        }
    }
}
