using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EventStore.Cli.Connection;

/// <summary>
/// One POST over HTTP/1.1 whose answer can be read while its body is still being sent, on a connection of its own.
/// </summary>
/// <remarks>
/// <see cref="HttpClient"/> reads the answer of an HTTP/1.1 request only after the whole body has gone out, so it can
/// neither show progress nor learn why a server stops listening in the middle; and HTTP/2 needs TLS to be negotiated.
/// </remarks>
internal sealed class DuplexRequest : IAsyncDisposable
{
    private static readonly byte[] ChunkEnd = "\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _chunkHead = new byte[16];

    private DuplexRequest(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Connects and sends the head of the request.</summary>
    public static async Task<DuplexRequest> OpenAsync(
        Uri target, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.IdnHost, target.Port, cancellation);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (target.Scheme == Uri.UriSchemeHttps)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = target.IdnHost }, cancellation);
                stream = secure;
            }

            await stream.WriteAsync(Head(target, headers), cancellation);
            return new DuplexRequest(socket, stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a piece of the body.</summary>
    /// <exception cref="IOException">The server does not listen any more; its answer may say why.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        Encoding.ASCII.TryGetBytes($"{piece.Length:x}\r\n", _chunkHead, out var length);
        await _stream.WriteAsync(_chunkHead.AsMemory(0, length), cancellation);
        await _stream.WriteAsync(piece, cancellation);
        await _stream.WriteAsync(ChunkEnd, cancellation);
    }

    /// <summary>Ends the body.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation) =>
        await _stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellation);

    /// <summary>Waits for the head of the answer; its body arrives as the server sends it.</summary>
    /// <exception cref="IOException">The connection ended before.</exception>
    public Task<DuplexResponse> ReadResponseAsync(CancellationToken cancellation) =>
        DuplexResponse.ReadAsync(PipeReader.Create(_stream), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static byte[] Head(Uri target, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var head = new StringBuilder($"POST {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\n");
        foreach (var (name, value) in headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n'))
            {
                throw new CommandFailure($"the value for {name} holds a line break");
            }

            head.Append($"{name}: {value}\r\n");
        }

        head.Append("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        return Encoding.UTF8.GetBytes(head.ToString());
    }
}
