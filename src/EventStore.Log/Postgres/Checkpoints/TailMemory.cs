namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>
/// What all tails that are held in this process may take together. Who gets none reads from chains, which takes longer
/// and no memory: a slow client keeps its tail for as long as it likes, and there may be many.
/// </summary>
internal static class TailMemory
{
    private static long _taken;

    /// <summary>Takes some bytes; false when there are too many now, and the caller should give back what it
    /// has.</summary>
    public static bool Take(long bytes) => Interlocked.Add(ref _taken, bytes) <= Limits.TailsBytes;

    public static void Release(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
