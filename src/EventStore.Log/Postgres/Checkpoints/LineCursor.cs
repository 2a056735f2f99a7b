using EventStore.Log.Projections;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>Steps through the documents of batches, whatever batches they come in.</summary>
internal sealed class LineCursor(IAsyncEnumerable<DocumentBatch> batches) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<DocumentBatch> _batches = batches.GetAsyncEnumerator();
    private int _next;
    private int _count;

    /// <summary>The next line, valid until the one after it is asked for; null behind the last.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync()
    {
        while (_next == _count)
        {
            if (!await _batches.MoveNextAsync())
            {
                return null;
            }

            (_next, _count) = (0, _batches.Current.Count);
        }

        return _batches.Current[_next++].Json;
    }

    public ValueTask DisposeAsync() => _batches.DisposeAsync();
}
