using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// The one writer of a dataset in this process: takes what has queued up, evaluates it in order on the heads it knows,
/// and commits it as one database transaction, which takes effect only if no other process has written in between.
/// </summary>
/// <remarks>
/// It has no thread of its own: whoever finds the writer at rest writes, for all that queue up meanwhile, too. One
/// caller at a time is handed over to no other thread, neither on the way to the database nor on the way back.
/// </remarks>
internal sealed class DatasetWriter : IAsyncDisposable
{
    private readonly AppendQueue _queue = new();

    /// <summary>Held by who is writing, or forgetting.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly HeadCache _cache = new();
    private readonly Dataset _dataset;
    private readonly NpgsqlDataSource _dataSource;
    private readonly WriterConnection _connection;
    private readonly TimeProvider _clock;
    private readonly IIdentifierSource _identifiers;
    private readonly ITimer _idle;
    private long _usedAt;
    private bool _isIdleTimed;

    public DatasetWriter(
        Dataset dataset, NpgsqlDataSource dataSource, TimeProvider clock, IIdentifierSource identifiers)
    {
        _dataset = dataset;
        _dataSource = dataSource;
        _connection = new(dataSource);
        _clock = clock;
        _identifiers = identifiers;
        _idle = clock.CreateTimer(
            _ => _ = ForgetIfIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Appends a group, after those that came before it.</summary>
    public async ValueTask<AppendGroupResult> AppendAsync(AppendGroup group, CancellationToken cancellationToken)
    {
        await _queue.AddAsync(group, cancellationToken);
        if (_turn.Wait(0, CancellationToken.None))
        {
            _ = WriteAsync();
        }

        return await group.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _turn.WaitAsync();
        await _idle.DisposeAsync();
        while (_queue.Take() is { Count: > 0 } groups)
        {
            await WriteAsync(groups);
            groups.ForEach(static group => group.Complete(here: false));
        }

        await _connection.DisposeAsync();
    }

    /// <summary>Writes until nothing is queued, and gives the turn back. Never throws.</summary>
    private async Task WriteAsync()
    {
        while (true)
        {
            var groups = _queue.Take();
            if (groups.Count > 0)
            {
                await WriteAsync(groups);
                NoteUse();
            }

            if (TryRest())
            {
                // Who was alone goes on here and now: the turn is free, so what he does next holds up nobody.
                groups.ForEach(group => group.Complete(here: groups.Count == 1));
                return;
            }

            groups.ForEach(static group => group.Complete(here: false));
        }
    }

    /// <summary>Gives the turn back; false when there is more to write.</summary>
    private bool TryRest()
    {
        if (!_queue.IsEmpty)
        {
            return false;
        }

        // Who queued something before the turn was free relies on this second look.
        _turn.Release();
        return _queue.IsEmpty || !_turn.Wait(0);
    }

    private void NoteUse()
    {
        _usedAt = _clock.GetTimestamp();
        if (!_isIdleTimed)
        {
            _isIdleTimed = true;
            _idle.Change(Limits.HeadCacheIdle, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A dataset that nobody writes to must keep neither its heads in memory nor a connection.</summary>
    private async Task ForgetIfIdleAsync()
    {
        await _turn.WaitAsync();
        var left = Limits.HeadCacheIdle - _clock.GetElapsedTime(_usedAt);
        _isIdleTimed = left > TimeSpan.Zero;
        if (_isIdleTimed)
        {
            _idle.Change(left, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _cache.Clear();
            await _connection.ReleaseAsync();
        }

        await WriteAsync();
    }

    /// <summary>Writes groups; afterwards they are finished, or were told of a failure.</summary>
    private async Task WriteAsync(List<AppendGroup> groups)
    {
        try
        {
            await AppendAsync([.. groups]);
            await _connection.RestAsync();
        }
        catch (Exception exception)
        {
            // Whatever it was, what the cache holds may not have been committed. Who has an answer keeps it.
            _cache.Clear();
            foreach (var group in groups.Where(group => group.SettlesHeads || !group.IsFinished))
            {
                group.Fail(exception);
            }

            await _connection.ReleaseAsync();
        }
    }

    /// <summary>Appends all groups, in as few database transactions as their documents allow.</summary>
    private async Task AppendAsync(List<AppendGroup> groups)
    {
        try
        {
            var settling = groups.FindAll(static group => group.SettlesHeads);
            groups.RemoveAll(static group => group.SettlesHeads);
            for (var isOne = groups.Count == 1; groups.Count > 0;)
            {
                await AppendBatchAsync(groups);
                if (!isOne)
                {
                    groups.FindAll(static group => group.IsFinished)
                        .ForEach(static group => group.Complete(here: false));
                }

                groups.RemoveAll(static group => group.IsFinished);
            }

            if (settling.Count > 0)
            {
                await new HeadSettler(_dataSource).RunAsync(_dataset, _cache, CancellationToken.None);
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
                evaluation.Answer();
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
