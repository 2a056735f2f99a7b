using System.Collections.Concurrent;

namespace EventStore.Server.Backups.Reading;

/// <summary>
/// Unpacked pieces of backups that the next request will probably want, too: a client that downloads a backup asks for
/// one document after the other, many of them at once. What is being fetched is fetched once.
/// </summary>
internal sealed class BackupCache
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Piece>>> _pieces = new();
    private readonly Lock _lock = new();
    private long _bytes;
    private long _clock;

    /// <summary>A piece by its name; fetched when it is not here.</summary>
    /// <param name="name">Says what it is, for ever: what is named is never changed.</param>
    /// <param name="fetch">Gets the piece and how many bytes it takes. It is not told when a caller gives up, as others
    /// may be waiting for the same.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<T> GetAsync<T>(
        string name, Func<Task<(T Value, long Bytes)>> fetch, CancellationToken cancellationToken)
        where T : class
    {
        var entry = _pieces.GetOrAdd(name, _ => new(() => FetchAsync(fetch)));
        try
        {
            var piece = await entry.Value.WaitAsync(cancellationToken);
            piece.UsedAt = Interlocked.Increment(ref _clock);
            return (T)piece.Value;
        }
        catch when (entry.Value.IsFaulted)
        {
            _pieces.TryRemove(new(name, entry));
            throw;
        }
    }

    private async Task<Piece> FetchAsync<T>(Func<Task<(T Value, long Bytes)>> fetch)
        where T : class
    {
        var (value, bytes) = await Task.Run(fetch);
        MakeRoom(bytes);
        return new(value, bytes) { UsedAt = Interlocked.Increment(ref _clock) };
    }

    /// <summary>Counts a new piece, and forgets those that were not used for longest when they are too many.</summary>
    private void MakeRoom(long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            if (_bytes <= ServerLimits.BackupCacheBytes)
            {
                return;
            }

            var fetched = _pieces
                .Where(entry => entry.Value is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                .OrderBy(entry => entry.Value.Value.Result.UsedAt);
            foreach (var entry in fetched)
            {
                if (_bytes > ServerLimits.BackupCacheBytes / 2 && _pieces.TryRemove(entry))
                {
                    _bytes -= entry.Value.Value.Result.Bytes;
                }
            }
        }
    }

    private sealed class Piece(object value, long bytes)
    {
        public object Value => value;

        public long Bytes => bytes;

        public long UsedAt { get; set; }
    }
}
