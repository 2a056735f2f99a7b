namespace EventStore.Log.Postgres.Reading;

/// <summary>What one holder has taken of <see cref="ReaderMemory"/>, piece by piece; given back at once.</summary>
internal sealed class MemoryLease : IDisposable
{
    private long _bytes;

    /// <summary>Takes some bytes more; false when there are not so many.</summary>
    public bool TryGrow(long bytes)
    {
        if (!ReaderMemory.TryTake(bytes))
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    public void Dispose()
    {
        ReaderMemory.Return(_bytes);
        _bytes = 0;
    }
}
