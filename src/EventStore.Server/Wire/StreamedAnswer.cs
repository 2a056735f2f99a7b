using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>
/// A body that is sent while it is made. Whoever writes calls <see cref="FlushIfFullAsync"/> now and then, which waits
/// while the client is slow, so that an answer of any size takes bounded memory, and <see cref="CompleteAsync"/> at the
/// end.
/// </summary>
internal sealed class StreamedAnswer : IBufferWriter<byte>, IDisposable
{
    private const int CopyBytes = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly PipeWriter _pipe;
    private readonly CancellationToken _cancellationToken;
    private Utf8JsonWriter? _values;
    private int _waiting;

    public StreamedAnswer(HttpContext context, string contentType)
    {
        _response = context.Response;
        _response.ContentType = contentType;
        _pipe = _response.BodyWriter;
        _cancellationToken = context.RequestAborted;
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Advance(int count)
    {
        _pipe.Advance(count);
        _waiting += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _pipe.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _pipe.GetSpan(sizeHint);

    /// <summary>Copies bytes in portions, so that a long document needs no buffer of its own length.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var portion = bytes[..Math.Min(bytes.Length, CopyBytes)];
            portion.CopyTo(GetSpan(portion.Length));
            Advance(portion.Length);
            bytes = bytes[portion.Length..];
        }
    }

    /// <summary>Writes a JSON string.</summary>
    public void WriteString(string value)
    {
        _values ??= new Utf8JsonWriter(this, JsonAnswer.Format with { SkipValidation = true });
        _values.WriteStringValue(value);
        _values.Flush();
        _values.Reset();
    }

    /// <summary>Writes text that needs no escaping.</summary>
    public void WriteAscii(string text) => Advance(Encoding.ASCII.GetBytes(text, GetSpan(text.Length)));

    /// <summary>Sends what waits when it is much.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public ValueTask FlushIfFullAsync() =>
        _waiting < ServerLimits.StreamFlushBytes ? ValueTask.CompletedTask : FlushAsync();

    /// <summary>Sends what waits.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask FlushAsync()
    {
        _waiting = 0;
        var result = await _pipe.FlushAsync(_cancellationToken);
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new OperationCanceledException("The client has left.");
        }
    }

    /// <summary>
    /// Sends the rest. An answer of which nothing was sent before says how long it is: in chunks, its end would be a
    /// packet of its own.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public ValueTask CompleteAsync()
    {
        if (!_response.HasStarted)
        {
            _response.ContentLength = Length;
        }

        return FlushAsync();
    }

    public void Dispose() => _values?.Dispose();
}
