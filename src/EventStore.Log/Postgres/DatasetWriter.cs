using System.Threading.Channels;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The one writer of a dataset in this process: takes what has queued up, evaluates it in order under the lock of the
/// dataset's head row, and commits it as one database transaction.
/// </summary>
internal sealed class DatasetWriter : IAsyncDisposable
{
    private readonly Channel<AppendGroup> _queue = Channel.CreateBounded<AppendGroup>(
        new BoundedChannelOptions(Limits.AppendQueueGroups) { SingleReader = true });

    private readonly HeadCache _cache = new();
    private readonly Dataset _dataset;
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _clock;
    private readonly IIdentifierSource _identifiers;
    private readonly Task _loop;

    public DatasetWriter(
        Dataset dataset, NpgsqlDataSource dataSource, TimeProvider clock, IIdentifierSource identifiers)
    {
        _dataset = dataset;
        _dataSource = dataSource;
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
    }

    private async Task RunAsync()
    {
        while (await WaitForWorkAsync())
        {
            var groups = TakeQueued();
            try
            {
                await AppendAsync(groups);
            }
            catch (Exception exception)
            {
                // Whatever it was, what the cache holds may not have been committed.
                _cache.Clear();
                foreach (var group in groups)
                {
                    group.Fail(exception);
                }
            }
        }
    }

    /// <summary>A dataset that nobody writes to must not keep its heads in memory.</summary>
    private async Task<bool> WaitForWorkAsync()
    {
        var work = _queue.Reader.WaitToReadAsync().AsTask();
        if (!work.IsCompleted && await Task.WhenAny(work, Task.Delay(Limits.HeadCacheIdle, _clock)) != work)
        {
            _cache.Clear();
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

    private async Task AppendAsync(List<AppendGroup> groups)
    {
        if (groups.Count == 0)
        {
            return;
        }

        AppendBatch batch;
        List<AppendGroupResult> results;
        try
        {
            await using var connection = await _dataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            batch = await AppendBatchLoader.LoadAsync(_dataSource, connection, _dataset, groups, _cache)
                ?? throw new DatasetNotFoundException(_dataset);
            results = await EvaluateAsync(connection, groups, batch);
            if (batch.Transactions.Count > 0)
            {
                batch.Seal();
                await AppendBatchWriter.WriteAsync(connection, _dataset, batch);
                await CommitAsync(transaction, batch);
            }
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            throw new LogUnavailableException(outcomeUnknown: false, exception);
        }

        batch.UpdateCache(_cache);
        for (var index = 0; index < groups.Count; index++)
        {
            groups[index].Complete(results[index]);
        }
    }

    private async Task<List<AppendGroupResult>> EvaluateAsync(
        NpgsqlConnection connection, List<AppendGroup> groups, AppendBatch batch)
    {
        var references = new ReferenceIntegrity(connection, _dataset);
        var results = new List<AppendGroupResult>(groups.Count);
        foreach (var group in groups)
        {
            var appended = new List<AppendResult>(group.Requests.Count);
            Exception? failure = null;
            foreach (var request in group.Requests)
            {
                try
                {
                    var (result, transaction) = batch.Evaluate(request, _clock.GetUtcNow(), _identifiers);
                    if (transaction is not null)
                    {
                        await references.CheckAsync(batch, transaction);
                        if (!request.Request.DryRun)
                        {
                            batch.Accept(transaction);
                        }
                    }

                    appended.Add(result);
                }
                catch (MutationException exception)
                {
                    failure = exception;
                    break;
                }
            }

            results.Add(new(appended, failure));
        }

        return results;
    }

    /// <summary>
    /// A connection lost during COMMIT leaves the outcome open. It is found out, never guessed: the head row's lock is
    /// only free once the lost backend has finished either way, and the batch is in the log whole or not at all.
    /// </summary>
    private async Task CommitAsync(NpgsqlTransaction transaction, AppendBatch batch)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            var deadline = _clock.GetUtcNow() + Limits.OutcomeDeadline;
            while (true)
            {
                try
                {
                    if (await AppendBatchLoader.IsCommittedAsync(_dataSource, _dataset, batch.Transactions[^1]))
                    {
                        return;
                    }

                    throw new LogUnavailableException(outcomeUnknown: false, exception);
                }
                catch (Exception away) when (DatabaseFailure.IsUnavailable(away))
                {
                    if (_clock.GetUtcNow() > deadline)
                    {
                        throw new LogUnavailableException(outcomeUnknown: true, exception);
                    }

                    await Task.Delay(Limits.OutcomeRetryDelay, _clock);
                }
            }
        }
    }
}
