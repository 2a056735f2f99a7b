using System.Buffers;
using System.IO.Pipelines;

namespace EventStore.Server.Query;

/// <summary>
/// The result of a query before it is sent: only when it is whole is it known that there is one. All results of a
/// process share a bound, since they are kept for as long as their clients take to read them.
/// </summary>
internal sealed class ResultBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 4 * 1024;
    private const int MostBytes = 1024 * 1024;

    private static long s_inUse;

    private readonly List<(byte[] Buffer, int Length)> _full = [];
    private byte[] _buffer = [];
    private int _length;
    private long _reserved;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    public void Advance(int count)
    {
        _length += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <summary>Passes on what was written, which should not be much.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        foreach (var (buffer, length) in _full.Append((_buffer, _length)))
        {
            output.Write(buffer.AsSpan(0, length));
        }
    }

    /// <summary>Sends what was written, waiting while the client is slow.</summary>
    public async ValueTask SendAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        foreach (var (buffer, length) in _full.Append((_buffer, _length)))
        {
            for (var sent = 0; sent < length;)
            {
                var portion = Math.Min(length - sent, ServerLimits.StreamFlushBytes);
                var result = await output.WriteAsync(buffer.AsMemory(sent, portion), cancellationToken);
                if (result.IsCompleted || result.IsCanceled)
                {
                    throw new OperationCanceledException("The client has left.");
                }

                sent += portion;
            }
        }
    }

    public void Dispose()
    {
        foreach (var (buffer, _) in _full.Append((_buffer, 0)))
        {
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        _full.Clear();
        _buffer = [];
        Interlocked.Add(ref s_inUse, -_reserved);
        _reserved = 0;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length >= Math.Max(bytes, 1))
        {
            return;
        }

        var wanted = Math.Max(bytes, Math.Clamp(2 * _buffer.Length, FirstBytes, MostBytes));
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        _reserved += buffer.Length;
        if (Interlocked.Add(ref s_inUse, buffer.Length) > ServerLimits.QueryResultsBytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw QueryFailure.TooMany();
        }

        if (_buffer.Length > 0)
        {
            _full.Add((_buffer, _length));
        }

        (_buffer, _length) = (buffer, 0);
    }
}
