using EventStore.Server.Blobs;

namespace EventStore.Server.Tests.Collections;

/// <summary>A store that stops in the midst of a file, and goes on when it is told to or called off.</summary>
internal sealed class StallingStore(IBlobStore inner) : IBlobStore
{
    private const int BytesBefore = 300_000;

    private TaskCompletionSource _stalled = NewGate();
    private TaskCompletionSource _released = NewGate();

    /// <summary>How the keys end of what it stops in; null for nothing.</summary>
    public string? Suffix { get; set; }

    /// <summary>Ends when it has stopped, with a part of a file written.</summary>
    public Task Stalled => _stalled.Task;

    /// <summary>Writes all that follows.</summary>
    public void Release()
    {
        Suffix = null;
        _released.TrySetResult();
        (_stalled, _released) = (NewGate(), NewGate());
    }

    public Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken) =>
        inner.PutAsync(
            key,
            Suffix is { } suffix && key.Value.EndsWith(suffix, StringComparison.Ordinal)
                ? new StallingStream(content, _stalled, _released.Task)
                : content,
            cancellationToken);

    public Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken) =>
        inner.OpenAsync(key, range, cancellationToken);

    public Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken) =>
        inner.FindLengthAsync(key, cancellationToken);

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

    public IAsyncEnumerable<BlobEntry> ListAsync(BlobKey folder, CancellationToken cancellationToken) =>
        inner.ListAsync(folder, cancellationToken);

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads some, says so, and waits.</summary>
    private sealed class StallingStream(Stream content, TaskCompletionSource stalled, Task released) : MemoryStream
    {
        private long _read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read >= BytesBefore)
            {
                stalled.TrySetResult();
                await released.WaitAsync(cancellationToken);
            }

            var read = await content.ReadAsync(buffer, cancellationToken);
            _read += read;
            return read;
        }
    }
}
