using System.Diagnostics;
using System.Net;

namespace EventStore.Benchmarks.Peers;

/// <summary>Requests over connections that stay open, their answers read to the end and dropped.</summary>
internal sealed class HttpRequests : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    });

    private readonly Uri _address;
    private readonly string? _token;

    /// <param name="address">Of the server.</param>
    /// <param name="token">Sent with every request; null for none.</param>
    public HttpRequests(Uri address, string? token)
    {
        _address = address;
        _token = token;
    }

    public Task<TimedOutput> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<TimedOutput> PostAsync(string path, byte[] json) => SendAsync(HttpMethod.Post, path, json);

    public void Dispose() => _invoker.Dispose();

    /// <summary>One of its lines at a time; for counting, not for measuring.</summary>
    public async Task<int> CountLinesAsync(string path)
    {
        var lines = 0;
        await foreach (var _ in ReadLinesAsync(path))
        {
            lines++;
        }

        return lines;
    }

    /// <summary>An answer as text, for looking at.</summary>
    public async Task<string> AskAsync(HttpMethod method, string path, byte[]? json)
    {
        using var request = Request(method, path, json);
        using var answer = await _invoker.SendAsync(request, default);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Writes what a GET gives to a file.</summary>
    /// <returns>How many bytes.</returns>
    public async Task<long> SaveAsync(string path, string file)
    {
        using var request = Request(HttpMethod.Get, path, null);
        using var answer = await _invoker.SendAsync(request, default);
        answer.EnsureSuccessStatusCode();
        await using var output = File.Create(file);
        await answer.Content.CopyToAsync(output);
        return output.Length;
    }

    /// <summary>The lines of an answer.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(string path)
    {
        using var request = Request(HttpMethod.Get, path, null);
        using var answer = await _invoker.SendAsync(request, default);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            yield return line;
        }
    }

    private async Task<TimedOutput> SendAsync(HttpMethod method, string path, byte[]? json)
    {
        var start = Stopwatch.GetTimestamp();
        using var request = Request(method, path, json);
        using var answer = await _invoker.SendAsync(request, default);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            var text = await answer.Content.ReadAsStringAsync();
            throw new InvalidOperationException($"{method} {path}: {answer.StatusCode} {text}");
        }

        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
        var bytes = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            bytes += read;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return new(Stopwatch.GetElapsedTime(start).TotalNanoseconds, bytes);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, byte[]? json)
    {
        var request = new HttpRequestMessage(method, new Uri(_address, path));
        if (_token is not null)
        {
            request.Headers.Authorization = new("Bearer", _token);
        }

        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new("application/json");
        }

        return request;
    }
}
