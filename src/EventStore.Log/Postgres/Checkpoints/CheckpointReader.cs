using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventStore.Log.Postgres.Reading;
using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>
/// Reads a dataset as a checkpoint merged with the tail of the log. Chunks are fetched, and unpacked and merged on
/// other threads, while the caller is busy with the one before and while the tail is still being read; how many depends
/// on the memory that there is.
/// </summary>
internal sealed class CheckpointReader(NpgsqlDataSource dataSource, Dataset dataset, Checkpoint checkpoint)
{
    private readonly CheckpointStore _store = new(dataSource);

    /// <summary>
    /// Whether the reader came to a place where it could not go on, since the checkpoint was dropped or is damaged, or
    /// the tail is too large: what it gave is right but not all.
    /// </summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Batches by ascending id; each is the caller's to dispose.</summary>
    /// <param name="asOf">The sequence that is read: that of the checkpoint, or a later one.</param>
    /// <param name="memory">Takes what the tail is held in; for as long as batches are read.</param>
    /// <param name="after">Starts behind this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<DocumentBatch> ReadAsync(
        long asOf,
        MemoryLease memory,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var portions = new Portions();
        var merges = Channel.CreateUnbounded<Task<DocumentBatch>>();
        var tail = TailReader.ReadAsync(dataSource, dataset, checkpoint.Sequence, asOf, memory, stop.Token);
        var producer = ProduceAsync(tail, after, portions, merges.Writer, stop.Token);
        try
        {
            IsIncomplete = await tail is null;
            while (!IsIncomplete && await merges.Reader.WaitToReadAsync(cancellationToken))
            {
                if (merges.Reader.TryRead(out var merge) && await CompleteAsync(merge) is { } batch)
                {
                    yield return batch;
                }
            }

            await (IsIncomplete ? Task.CompletedTask : producer);
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)tail).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        Task<DatasetTail?> tail,
        string? after,
        Portions portions,
        ChannelWriter<Task<DocumentBatch>> merges,
        CancellationToken cancellationToken)
    {
        var free = new Queue<IDisposable>();
        try
        {
            int wanted, found;
            var isBegun = false;
            do
            {
                wanted = await TakeAsync(portions, free, cancellationToken);
                var chunks = await _store.ReadChunksAsync(
                    dataset, checkpoint, after, wanted, isBegun, cancellationToken);
                found = chunks.Count;
                isBegun = true;
                foreach (var chunk in chunks)
                {
                    merges.TryWrite(await BeginMergeAsync(chunk, tail, after, free.Dequeue(), cancellationToken));
                    after = chunk.LastId;
                }
            }
            while (found == wanted);

            // What is new and sorts behind the last document of the checkpoint.
            for (var isLast = await tail is null; !isLast;)
            {
                var end = (await tail)!.EndOfStretch(after, Limits.DatasetPageBytes);
                var portion = free.Count > 0 ? free.Dequeue() : await portions.TakeAsync(cancellationToken);
                merges.TryWrite(MergeAsync(DocumentBatch.Empty, tail, after, end, portion));
                isLast = end is null;
                after = end;
            }
        }
        catch (InvalidDataException exception)
        {
            merges.TryWrite(Task.FromException<DocumentBatch>(exception));
        }
        finally
        {
            while (free.TryDequeue(out var portion))
            {
                portion.Dispose();
            }

            merges.TryComplete();
        }
    }

    /// <summary>Waits for one portion, and takes as many more as there are and fit into one statement.</summary>
    private static async ValueTask<int> TakeAsync(
        Portions portions, Queue<IDisposable> free, CancellationToken cancellationToken)
    {
        if (free.Count == 0)
        {
            free.Enqueue(await portions.TakeAsync(cancellationToken));
        }

        while (free.Count < Limits.CheckpointChunksPerRead && portions.TryTake() is { } portion)
        {
            free.Enqueue(portion);
        }

        return free.Count;
    }

    private async ValueTask<Task<DocumentBatch>> BeginMergeAsync(
        StoredChunk chunk,
        Task<DatasetTail?> tail,
        string? after,
        IDisposable portion,
        CancellationToken cancellationToken)
    {
        if (!chunk.IsRead)
        {
            portion = new LargePortion(portion, await ReaderMemory.TakeLargeAsync(cancellationToken));
            chunk = await _store.ReadChunkAsync(dataset, checkpoint, chunk, cancellationToken);
        }

        return MergeAsync(
            () =>
            {
                using (chunk)
                {
                    return CheckpointChunk.Decode(chunk.Content, checkpoint.Sequence, chunk.LastId);
                }
            },
            tail,
            after,
            chunk.LastId,
            portion);
    }

    private static async Task<DocumentBatch> MergeAsync(
        Func<DocumentBatch> read, Task<DatasetTail?> tail, string? after, string? last, IDisposable portion)
    {
        DocumentBatch? chunk = null;
        try
        {
            chunk = await Task.Run(read);
            var merged = CheckpointMerge.Run(chunk, (await tail)!, after, last);
            merged.Lease = portion;
            return merged;
        }
        catch
        {
            chunk?.Dispose();
            portion.Dispose();
            throw;
        }
    }
}
