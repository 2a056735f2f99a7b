using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Collections;

/// <summary>Bounds how many exports are made at the same time; the others wait for their turn.</summary>
internal sealed class CollectionExportSlots : IDisposable
{
    private readonly SemaphoreSlim _free = new(ServerLimits.CollectionExports);
    private int _waiting;

    /// <summary>Runs an export when it is its turn.</summary>
    /// <exception cref="DescribedException">429: too many are waiting.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> export, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > ServerLimits.CollectionExportsWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new DescribedException(
                StatusCodes.Status429TooManyRequests,
                "tooManyExportsError",
                "The server is busy with other exports; try again later")
            {
                RetryAfter = ServerLimits.RetryAfter,
            };
        }

        var isWaiting = true;
        try
        {
            return await RunInTurnAsync(
                () =>
                {
                    isWaiting = false;
                    Interlocked.Decrement(ref _waiting);
                    return export();
                },
                cancellationToken);
        }
        finally
        {
            if (isWaiting)
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Runs an export when it is its turn, however many are waiting; for those that nobody waits
    /// for.</summary>
    public async Task<T> RunInTurnAsync<T>(Func<Task<T>> export, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await export();
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
