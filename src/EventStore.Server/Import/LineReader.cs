using EventStore.Server.Wire;

namespace EventStore.Server.Import;

/// <summary>Cuts a stream into lines; looks at each byte once, however long the lines are.</summary>
internal sealed class LineReader(Stream stream)
{
    private const int FirstBytes = 256 * 1024;
    private const int MostKept = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _searched;
    private int _end;
    private bool _ended;

    /// <summary>The next line without its end, or null after the last. Valid until the next call.</summary>
    /// <exception cref="DescribedException">The line is longer than <see
    /// cref="ServerLimits.ImportLineBytes"/>.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(_searched + found, 1);
            }

            _searched = _end;
            if (_ended)
            {
                // Not a conditional expression: its null would become an empty line, and the last line would never
                // come.
                if (_start == _end)
                {
                    return null;
                }

                return Take(_end, 0);
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _ended = read == 0;
        }
    }

    private ReadOnlyMemory<byte> Take(int end, int terminator)
    {
        var line = _buffer.AsMemory(_start, end - _start);
        _start = _searched = end + terminator;
        return line;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length > ServerLimits.ImportLineBytes)
        {
            throw new DescribedException(
                413, "requestTooLargeError", $"The line is longer than {ServerLimits.ImportLineBytes} bytes");
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, length).CopyTo(_buffer);
            (_start, _searched, _end) = (0, length, length);
        }

        if (_buffer.Length > MostKept && length < FirstBytes)
        {
            // One long line is over: its buffer must not stay for the rest of the import.
            Array.Resize(ref _buffer, FirstBytes * 2);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
