using System.Collections.Concurrent;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Appends transactions. Requests for one dataset queue for its writer, which commits them in groups: one database
/// transaction, one flush to disk, many acknowledgements. A request that cannot be done fails alone. Nothing is
/// acknowledged before the commit has returned. Any number of processes may append to one database.
/// </summary>
public sealed class TransactionAppender(NpgsqlDataSource dataSource, TimeProvider clock, IIdentifierSource identifiers)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, DatasetWriter> _writers = new();

    /// <summary>Appends one transaction and returns when it is durable.</summary>
    /// <exception cref="MutationException">It cannot be done on the newest state; nothing was written.</exception>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    /// <exception cref="LogUnavailableException">The database is away, or was lost on the way.</exception>
    public async Task<AppendResult> AppendAsync(
        Dataset dataset, AppendRequest request, CancellationToken cancellationToken)
    {
        var result = await AppendGroupAsync(dataset, [new(request)], cancellationToken);
        return result.Failure is null ? result.Appended[0] : throw result.Failure;
    }

    /// <summary>
    /// Appends transactions in order and stops at the first that fails; those before it are durable. The group becomes
    /// one database transaction, so it should stay within a few megabytes.
    /// </summary>
    /// <exception cref="LogUnavailableException">The database is away: none of them was written, unless it says
    /// otherwise.</exception>
    public Task<AppendGroupResult> AppendGroupAsync(
        Dataset dataset, IReadOnlyList<PreparedRequest> requests, CancellationToken cancellationToken) =>
        AppendGroupAsync(dataset, requests, null, cancellationToken);

    /// <summary>The same on behalf of a job: nothing is written when it is not held any more.</summary>
    /// <exception cref="FenceLostException">It is not; none of them was written.</exception>
    public async Task<AppendGroupResult> AppendGroupAsync(
        Dataset dataset, IReadOnlyList<PreparedRequest> requests, Fence? fence, CancellationToken cancellationToken)
    {
        if (requests.Count == 0)
        {
            return new([], null);
        }

        return await EnqueueAsync(dataset, new AppendGroup(requests, cancellationToken, fence), cancellationToken);
    }

    /// <summary>
    /// Writes out the current documents that <see cref="AppendRequest.DefersHeads"/> has left for later, whichever
    /// process left them.
    /// </summary>
    /// <exception cref="LogUnavailableException">The database is away; the rest can be done at any time.</exception>
    public Task SettleHeadsAsync(Dataset dataset, CancellationToken cancellationToken) =>
        EnqueueAsync(dataset, AppendGroup.Settling(cancellationToken), cancellationToken);

    /// <summary>Finishes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
        {
            await writer.DisposeAsync();
        }
    }

    private Task<AppendGroupResult> EnqueueAsync(
        Dataset dataset, AppendGroup group, CancellationToken cancellationToken)
    {
        var writer = _writers.GetOrAdd(
            dataset.Number, _ => new DatasetWriter(dataset, dataSource, clock, identifiers));
        return writer.AppendAsync(group, cancellationToken).AsTask();
    }
}
