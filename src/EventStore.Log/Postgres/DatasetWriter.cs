using System.Threading.Channels;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The one writer of a dataset in this process: takes what has queued up, evaluates it in order on the heads it knows,
/// and commits it as one database transaction, which takes effect only if no other process has written in between.
/// </summary>
internal sealed class DatasetWriter : IAsyncDisposable
{
    private readonly Channel<AppendGroup> _queue = Channel.CreateBounded<AppendGroup>(
        new BoundedChannelOptions(Limits.AppendQueueGroups) { SingleReader = true });

    private readonly HeadCache _cache = new();
    private readonly Dataset _dataset;
    private readonly NpgsqlDataSource _dataSource;
    private readonly WriterConnection _connection;
    private readonly TimeProvider _clock;
    private readonly IIdentifierSource _identifiers;
    private readonly Task _loop;

    public DatasetWriter(
        Dataset dataset, NpgsqlDataSource dataSource, TimeProvider clock, IIdentifierSource identifiers)
    {
        _dataset = dataset;
        _dataSource = dataSource;
        _connection = new(dataSource);
        _clock = clock;
        _identifiers = identifiers;
        _loop = Task.Run(RunAsync);
    }

    public ValueTask EnqueueAsync(AppendGroup group, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(group, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (await WaitForWorkAsync())
        {
            var groups = TakeQueued();
            try
            {
                await AppendAsync([.. groups]);
                await _connection.RestAsync();
            }
            catch (Exception exception)
            {
                // Whatever it was, what the cache holds may not have been committed. Who has an answer keeps it.
                _cache.Clear();
                await _connection.ReleaseAsync();
                foreach (var group in groups)
                {
                    group.Fail(exception);
                }
            }
        }
    }

    /// <summary>A dataset that nobody writes to must keep neither its heads in memory nor a connection.</summary>
    private async Task<bool> WaitForWorkAsync()
    {
        var work = _queue.Reader.WaitToReadAsync().AsTask();
        if (!work.IsCompleted && await Task.WhenAny(work, Task.Delay(Limits.HeadCacheIdle, _clock)) != work)
        {
            _cache.Clear();
            await _connection.ReleaseAsync();
        }

        return await work;
    }

    private List<AppendGroup> TakeQueued()
    {
        var groups = new List<AppendGroup>();
        var requests = 0;
        var bytes = 0L;
        while (requests < Limits.GroupCommitRequests
            && bytes < Limits.GroupCommitBytes
            && !IsNextAlone(groups)
            && _queue.Reader.TryRead(out var group))
        {
            if (group.CancellationToken.IsCancellationRequested)
            {
                group.Cancel();
                continue;
            }

            groups.Add(group);
            requests += group.Requests.Count;
            bytes += group.Bytes;
        }

        return groups;
    }

    /// <summary>Whether no further group may be taken, because the one taken or the next one has a fence.</summary>
    private bool IsNextAlone(List<AppendGroup> taken) =>
        taken.Count > 0
        && (taken[^1].Fence is not null || (_queue.Reader.TryPeek(out var next) && next.Fence is not null));

    /// <summary>Appends all groups, in as few database transactions as their documents allow.</summary>
    private async Task AppendAsync(List<AppendGroup> groups)
    {
        try
        {
            var settling = groups.FindAll(static group => group.SettlesHeads);
            groups.RemoveAll(static group => group.SettlesHeads);
            while (groups.Count > 0)
            {
                await AppendBatchAsync(groups);
                groups.RemoveAll(static group => group.IsFinished);
            }

            if (settling.Count > 0)
            {
                await new HeadSettler(_dataSource).RunAsync(_dataset, _cache, CancellationToken.None);
                settling.ForEach(static group => group.CompleteIfFinished());
            }
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            throw new LogUnavailableException(outcomeUnknown: false, exception);
        }
    }

    /// <summary>
    /// One database transaction. Everything is evaluated on the end of the log that the cache knows, and the commit
    /// takes effect only if that is still the end; only when other processes keep coming first, the lock is taken
    /// before.
    /// </summary>
    private async Task AppendBatchAsync(List<AppendGroup> groups)
    {
        for (var attempt = 0; ; attempt++)
        {
            var connection = await _connection.OpenAsync();
            var takesLock = attempt >= Limits.AttemptsWithoutLock;
            await using var transaction = takesLock ? await connection.BeginTransactionAsync() : null;
            var loader = new HeadLoader(_dataSource, connection, _dataset);
            if (await LoadAsync(loader, groups, takesLock) is not { } loaded)
            {
                continue;
            }

            var batch = new AppendBatch(_cache.Head!.Value, _cache.Documents, loaded);
            var references = new ReferenceIntegrity(connection, _dataset);
            var evaluation = new BatchEvaluation(batch, loader, references, _clock, _identifiers);
            await evaluation.RunAsync(groups);
            if (await CommitAsync(connection, transaction, loader, batch, groups[0].Fence))
            {
                batch.UpdateCache(_cache);
                evaluation.Complete();
                return;
            }

            _cache.Clear();
        }
    }

    private async Task<LoadedHeads?> LoadAsync(HeadLoader loader, List<AppendGroup> groups, bool takesLock)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var documents = new HashSet<DocumentId>();
        foreach (var group in groups)
        {
            for (var index = group.Next; index < group.Requests.Count; index++)
            {
                var request = group.Requests[index].Request;
                if (request.Id is { } id)
                {
                    ids.Add(id.Value);
                }

                foreach (var mutation in request.Mutations)
                {
                    documents.Add(mutation.DocumentId);
                }
            }
        }

        var loaded = await loader.LoadAsync(_cache, [.. ids], documents, takesLock);
        return loaded is null && takesLock
            ? await loader.LoadAsync(_cache, [.. ids], documents, takesLock)
            : loaded;
    }

    /// <summary>Whether the batch is durable; false when it was evaluated on a past that is over.</summary>
    private async Task<bool> CommitAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        HeadLoader loader,
        AppendBatch batch,
        Fence? fence)
    {
        if (batch.Transactions.Count == 0)
        {
            return await loader.IsAtEndAsync(_cache);
        }

        batch.Seal();
        try
        {
            var isWritten = await AppendBatchWriter.WriteAsync(connection, _dataset, batch, fence);
            if (isWritten && transaction is not null)
            {
                await transaction.CommitAsync();
            }

            return isWritten;
        }
        catch (PostgresException lost) when (lost.SqlState == Fence.LostState)
        {
            throw new FenceLostException(fence!.Value);
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            await FindOutcomeAsync(batch, exception);
            return true;
        }
    }

    /// <summary>
    /// A connection lost during a commit leaves the outcome open. It is found out, never guessed: the head row's lock
    /// is only free once the lost backend has finished either way, and the batch is in the log whole or not at all.
    /// </summary>
    /// <exception cref="LogUnavailableException">It is not in the log, or that is not known.</exception>
    private async Task FindOutcomeAsync(AppendBatch batch, Exception failure)
    {
        var deadline = _clock.GetUtcNow() + Limits.OutcomeDeadline;
        while (true)
        {
            try
            {
                if (await HeadLoader.IsCommittedAsync(_dataSource, _dataset, batch.Transactions[^1]))
                {
                    return;
                }

                throw new LogUnavailableException(outcomeUnknown: false, failure);
            }
            catch (Exception away) when (DatabaseFailure.IsUnavailable(away))
            {
                if (_clock.GetUtcNow() > deadline)
                {
                    throw new LogUnavailableException(outcomeUnknown: true, failure);
                }

                await Task.Delay(Limits.OutcomeRetryDelay, _clock);
            }
        }
    }
}
