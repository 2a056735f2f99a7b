using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace EventStore.Cli.Connection;

/// <summary>Sends the requests of the verbs to one server.</summary>
internal sealed class EventStoreConnection : IDisposable
{
    private const int MaximumErrorLength = 64 * 1024;

    private readonly string _address;
    private readonly string? _token;
    private readonly string? _project;
    private readonly HttpClient _client;

    public EventStoreConnection(string address, string? token, string? project)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"'{address}' is not an http or https address");
        }

        _address = address.TrimEnd('/');
        _token = token;
        _project = project;

        // A proxy from the environment is not used: imports speak on a socket of their own and could not use it, and
        // half of the verbs taking another way than the rest would be hard to understand.
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(15) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>
    /// The answer with its body not yet read; anything but success is a <see cref="CommandFailure"/>.
    /// </summary>
    /// <param name="method">Method of the request.</param>
    /// <param name="path">Starts with <c>/v1/</c>; already escaped.</param>
    /// <param name="content">Body, if any.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        var response = await RequestAsync(method, path, content, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Refused(response.StatusCode, await ReadErrorAsync(response, cancellation));
        }
    }

    /// <summary>Whether there is something at a path.</summary>
    /// <param name="path">Already escaped.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task<bool> ExistsAsync(string path, CancellationToken cancellation)
    {
        using var response = await RequestAsync(HttpMethod.Head, path, null, cancellation);
        return response.IsSuccessStatusCode ? true
            : response.StatusCode == HttpStatusCode.NotFound ? false
            : throw Refused(response.StatusCode, await ReadErrorAsync(response, cancellation));
    }

    /// <summary>Opens a POST whose answer can be read while its body is still being sent.</summary>
    /// <param name="path">Starts with <c>/v1/</c>; already escaped.</param>
    /// <param name="contentHeaders">Headers of the body.</param>
    /// <param name="cancellation">Ends the attempt to connect.</param>
    public async Task<DuplexRequest> OpenDuplexAsync(
        string path, IEnumerable<KeyValuePair<string, string>> contentHeaders, CancellationToken cancellation)
    {
        try
        {
            var target = new Uri(_address + path);
            return await DuplexRequest.OpenAsync(target, Headers().Concat(contentHeaders), cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw Unreachable(failure);
        }
    }

    /// <summary>The failure that stands for an answer with an error status.</summary>
    public CommandFailure Refused(HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        var hint = (status, _token) switch
        {
            (HttpStatusCode.Unauthorized, null) => " (no token: pass --token or set EVENTSTORE_TOKEN)",
            (HttpStatusCode.Unauthorized, _) => " (is the token the right one for this server?)",
            _ => "",
        };
        var description = ServerError.Describe(body);
        return new CommandFailure($"the server answered {(int)status}: {description}{hint}") { Status = status };
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, _address + path) { Content = content };
        foreach (var (name, value) in Headers())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure);
        }
    }

    private static async Task<byte[]> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MaximumErrorLength];
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return buffer[..length];
    }

    private CommandFailure Unreachable(Exception failure)
    {
        var cause = failure.GetBaseException();
        var hint = cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? " (is the server running? start one with 'serve')"
            : "";
        return new CommandFailure($"cannot reach {_address}: {cause.Message}{hint}", failure);
    }

    private IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new("User-Agent", "eventstore-cli");
        if (_token is not null)
        {
            yield return new("Authorization", new AuthenticationHeaderValue("Bearer", _token).ToString());
        }

        if (_project is not null)
        {
            yield return new("X-Sanity-Project-ID", _project);
        }
    }
}
