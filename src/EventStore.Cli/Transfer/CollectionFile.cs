using System.Net.Http.Headers;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>Has the server make a file of a dataset, and downloads it.</summary>
internal sealed class CollectionFile(EventStoreConnection server, ProgressDisplay display)
{
    private const int CopyBytes = 256 * 1024;

    /// <exception cref="CommandFailure">The server refused, or the download broke off.</exception>
    public async Task<ExportTotals> FetchAsync(
        string dataset,
        byte[] order,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(order);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var path = $"/v1/collections/{Uri.EscapeDataString(dataset)}/export";
        using var made = await server.SendAsync(HttpMethod.Post, path, content, cancellation);
        using var answer = await JsonDocument.ParseAsync(
            await made.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
        var totals = new ExportTotals(
            answer.RootElement.GetProperty("document_count").GetInt64(),
            answer.RootElement.GetProperty("file_size_bytes").GetInt64());

        // The link names the address that the server is known by, which need not be the one it is reached by here.
        var link = new Uri(answer.RootElement.GetProperty("download_url").GetString()!).AbsolutePath;
        using var response = await server.SendAsync(HttpMethod.Get, link, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await CopyAsync(body, totals, write, cancellation);
        return totals;
    }

    private async Task CopyAsync(
        Stream body,
        ExportTotals totals,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        CancellationToken cancellation)
    {
        var buffer = new byte[CopyBytes];
        var copied = 0L;
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            {
                await write(buffer.AsMemory(0, read), cancellation);
                copied += read;
                display.Report(totals.ToString(), copied, totals.Bytes);
            }
        }
        catch (HttpRequestException failure)
        {
            throw new CommandFailure($"the download broke off: {failure.Message}", failure);
        }

        if (copied != totals.Bytes)
        {
            throw new CommandFailure($"the download broke off after {copied} of {totals.Bytes} bytes");
        }
    }
}
