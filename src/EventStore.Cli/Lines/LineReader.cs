namespace EventStore.Cli.Lines;

/// <summary>
/// Cuts a stream into lines without copying them. Memory is bounded by the longest line it is willing to keep.
/// </summary>
internal sealed class LineReader(Stream input, int maximumLength)
{
    private const int InitialBufferLength = 128 * 1024;

    private byte[] _buffer = new byte[InitialBufferLength];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _isSkipping;
    private bool _hasEnded;

    /// <summary>The lines of <paramref name="input"/> that are not empty, as they arrive, each a copy.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAllAsync(
        Stream input,
        int maximumLength,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = new LineReader(input, maximumLength);
        do
        {
            while (reader.TryTake(out var line))
            {
                if (line.TooLong)
                {
                    throw new IOException($"the server sent a line of more than {maximumLength} bytes");
                }

                if (!line.Bytes.IsEmpty)
                {
                    yield return line.Bytes.ToArray();
                }
            }
        }
        while (await reader.FillAsync(cancellation));
    }

    /// <summary>Takes the next line if it is already here; false means that the stream has to be read on.</summary>
    public bool TryTake(out InputLine line)
    {
        var length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (length >= 0)
        {
            line = Cut(_scanned + length, isTerminated: true);
            _start++;
            _scanned = _start;
            return true;
        }

        _scanned = _end;
        _isSkipping |= _end - _start > maximumLength;
        if (_hasEnded && (_end > _start || _isSkipping))
        {
            line = Cut(_end, isTerminated: false);
            return true;
        }

        if (_isSkipping)
        {
            _start = _scanned = _end = 0;
        }

        line = default;
        return false;
    }

    /// <summary>Waits for more; false when the stream has ended and every line has been given.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_hasEnded)
        {
            return false;
        }

        MakeRoom();

        // A read of a terminal or pipe cannot be cancelled once it waits in the operating system: leave it behind.
        var count = await input.ReadAsync(_buffer.AsMemory(_end), cancellation).AsTask().WaitAsync(cancellation);
        _end += count;
        _hasEnded = count == 0;
        return true;
    }

    private InputLine Cut(int end, bool isTerminated)
    {
        var tooLong = _isSkipping || end - _start > maximumLength;
        var bytes = tooLong ? default : _buffer.AsMemory(_start, end - _start);
        _start = _scanned = end;
        _isSkipping = false;
        return new InputLine(bytes, isTerminated, tooLong);
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _scanned = _end = 0;
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _scanned -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
