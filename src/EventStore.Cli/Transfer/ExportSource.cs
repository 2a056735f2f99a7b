using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>Where an export comes from: the stream of documents, or a file that the server makes of them.</summary>
/// <param name="Server">The server.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="StreamPath">The path of the stream.</param>
/// <param name="Order">The body of the request for a file; null for the stream.</param>
internal sealed record ExportSource(EventStoreConnection Server, string Dataset, string StreamPath, byte[]? Order)
{
    /// <exception cref="CommandFailure">The server refused, or what came is not whole.</exception>
    public async Task<ExportTotals> CopyAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        ProgressDisplay display,
        CancellationToken cancellation)
    {
        if (Order is not null)
        {
            return await new CollectionFile(Server, display).FetchAsync(Dataset, Order, write, cancellation);
        }

        using var response = await Server.SendAsync(HttpMethod.Get, StreamPath, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        return await new ExportCopy(body, write, display).RunAsync(cancellation);
    }
}
