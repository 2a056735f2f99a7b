namespace EventStore.Server.Blobs;

/// <summary>An opened blob.</summary>
/// <param name="content">The bytes asked for, and perhaps more behind them.</param>
/// <param name="length">How many bytes were asked for.</param>
internal sealed class Blob(Stream content, long length) : IAsyncDisposable
{
    private const int CopyBytes = 64 * 1024;

    /// <summary>How many bytes <see cref="CopyToAsync"/> copies.</summary>
    public long Length => length;

    /// <summary>Copies the bytes asked for, and no more.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBytes];
        for (var left = length; left > 0;)
        {
            var portion = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            var read = await content.ReadAsync(portion, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("A blob is shorter than it was.");
            }

            await target.WriteAsync(portion[..read], cancellationToken);
            left -= read;
        }
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
