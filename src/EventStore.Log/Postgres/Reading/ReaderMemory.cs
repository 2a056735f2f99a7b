namespace EventStore.Log.Postgres.Reading;

/// <summary>
/// What all reads of whole datasets in this process may have in memory together, besides the one portion that each of
/// them may always have. Nobody waits for it: who gets none goes on with less, more slowly. So a client that does not
/// read holds up nobody, and no two reads can wait for each other.
/// </summary>
internal static class ReaderMemory
{
    private static readonly long Most = Math.Min(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Limits.ReadersMemoryShare, Limits.ReadersBytes);

    private static readonly SemaphoreSlim LargePortions = new(1);

    private static long _taken;

    /// <summary>Takes some bytes, if there are so many.</summary>
    public static bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= Most)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public static void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);

    /// <summary>
    /// Waits for the turn of a portion that is much larger than portions are; null when there is none after a while,
    /// and it has to do without: whoever has it may be waiting for the same read.
    /// </summary>
    public static async ValueTask<IDisposable?> TakeLargeAsync(CancellationToken cancellationToken) =>
        await LargePortions.WaitAsync(Limits.LargePortionPatience, cancellationToken) ? new Turn() : null;

    private sealed class Turn : IDisposable
    {
        private bool _isReturned;

        public void Dispose()
        {
            if (!_isReturned)
            {
                _isReturned = true;
                LargePortions.Release();
            }
        }
    }
}
