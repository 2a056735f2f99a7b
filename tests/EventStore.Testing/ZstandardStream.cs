using System.Runtime.InteropServices;

namespace EventStore.Testing;

/// <summary>
/// Reads a Zstandard file through the system's libzstd. .NET 10 has no decoder, and only tests need one.
/// </summary>
public sealed class ZstandardStream : Stream
{
    // The workloads are compressed with a window of 128 MiB, the largest the library takes without being told.
    private readonly Stream _source;
    private readonly byte[] _input = new byte[128 * 1024];
    private readonly byte[] _output = new byte[128 * 1024];
    private nint _decoder;
    private int _inputStart;
    private int _inputEnd;

    // Nothing is unfinished before the first frame begins.
    private bool _isBetweenFrames = true;

    public ZstandardStream(Stream source)
    {
        _source = source;
        _decoder = ZSTD_createDStream();
        if (_decoder == 0)
        {
            throw new InvalidOperationException("libzstd has no memory for a decoder.");
        }
    }

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad("libzstd.so.1", out _);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_decoder == 0, this);
        var ended = false;
        while (buffer.Length > 0)
        {
            if (_inputStart == _inputEnd && !ended)
            {
                _inputStart = 0;
                _inputEnd = _source.Read(_input);
                ended = _inputEnd == 0;
            }

            if (ended && _isBetweenFrames)
            {
                return 0;
            }

            var written = Decode(buffer);
            if (written > 0)
            {
                return written;
            }

            if (ended && !_isBetweenFrames)
            {
                throw new InvalidDataException("The Zstandard data ends in the middle of a frame.");
            }
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_decoder != 0)
        {
            _ = ZSTD_freeDStream(_decoder);
            _decoder = 0;
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>How many bytes it gave.</returns>
    private int Decode(Span<byte> destination)
    {
        var inputPin = GCHandle.Alloc(_input, GCHandleType.Pinned);
        var outputPin = GCHandle.Alloc(_output, GCHandleType.Pinned);
        try
        {
            var from = new NativeBuffer(inputPin.AddrOfPinnedObject(), (nuint)_inputEnd, (nuint)_inputStart);
            var room = Math.Min(_output.Length, destination.Length);
            var to = new NativeBuffer(outputPin.AddrOfPinnedObject(), (nuint)room, 0);
            var result = ZSTD_decompressStream(_decoder, ref to, ref from);
            if (ZSTD_isError(result) != 0)
            {
                throw new InvalidDataException(
                    $"Not valid Zstandard data: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}.");
            }

            _inputStart = (int)from.Position;
            _output.AsSpan(0, (int)to.Position).CopyTo(destination);
            _isBetweenFrames = result == 0;
            return (int)to.Position;
        }
        finally
        {
            inputPin.Free();
            outputPin.Free();
        }
    }

    // ZSTD_inBuffer and ZSTD_outBuffer have the same shape.
    [StructLayout(LayoutKind.Sequential)]
    private struct NativeBuffer(nint address, nuint size, nuint position)
    {
        public nint Address = address;
        public nuint Size = size;
        public nuint Position = position;
    }

    [DllImport("libzstd.so.1")]
    private static extern nint ZSTD_createDStream();

    [DllImport("libzstd.so.1")]
    private static extern nuint ZSTD_freeDStream(nint decoder);

    [DllImport("libzstd.so.1")]
    private static extern nuint ZSTD_decompressStream(nint decoder, ref NativeBuffer output, ref NativeBuffer input);

    [DllImport("libzstd.so.1")]
    private static extern uint ZSTD_isError(nuint code);

    [DllImport("libzstd.so.1")]
    private static extern nint ZSTD_getErrorName(nuint code);
}
