namespace EventStore.Server.Tests.Workloads;

/// <summary>The first lines of another stream, shown to somebody on the way.</summary>
internal sealed class FirstLinesStream(Stream source, int lines, FirstLinesStream.LineReader read) : Stream
{
    private readonly MemoryStream _line = new();
    private int _remaining = lines;

    public delegate void LineReader(ReadOnlySpan<byte> line);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_remaining == 0)
        {
            return 0;
        }

        var count = await source.ReadAsync(buffer, cancellationToken);
        var used = 0;
        while (used < count && _remaining > 0)
        {
            var rest = buffer.Span[used..count];
            var end = rest.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..(end + 1)];
            _line.Write(part);
            used += part.Length;
            if (end >= 0)
            {
                read(_line.GetBuffer().AsSpan(0, (int)_line.Length - 1));
                _line.SetLength(0);
                _remaining--;
            }
        }

        return used;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
