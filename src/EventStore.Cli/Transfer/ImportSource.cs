using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>The stream an import reads: a file or standard input, plain or gzip.</summary>
internal sealed class ImportSource : IAsyncDisposable
{
    private const int GzipMagicLength = 2;

    private readonly Stream _stream;
    private readonly byte[] _beginning;
    private bool _isBeginningRead;

    private ImportSource(Stream stream, byte[] beginning, long? length)
    {
        _stream = stream;
        _beginning = beginning;
        Length = length;
    }

    /// <summary>In bytes as stored (compressed or not); null when it cannot be known.</summary>
    public long? Length { get; }

    public bool IsGzip => _beginning is [0x1f, 0x8b];

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="streams">Where standard input is.</param>
    /// <param name="cancellation">Ends the wait for the first bytes.</param>
    public static async Task<ImportSource> OpenAsync(
        string path, StandardStreams streams, CancellationToken cancellation)
    {
        var stream = path == "-" ? streams.OpenInput() : OpenFile(path);
        var beginning = new byte[GzipMagicLength];
        var count = await stream.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellation)
            .AsTask().WaitAsync(cancellation);
        return new ImportSource(stream, beginning[..count], path != "-" && stream.CanSeek ? stream.Length : null);
    }

    /// <summary>How many bytes were read into <paramref name="buffer"/>; 0 at the end.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (!_isBeginningRead)
        {
            _isBeginningRead = true;
            if (_beginning.Length > 0)
            {
                _beginning.CopyTo(buffer);
                return _beginning.Length;
            }
        }

        return await _stream.ReadAsync(buffer, cancellation).AsTask().WaitAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(failure.Message, failure);
        }
    }
}
