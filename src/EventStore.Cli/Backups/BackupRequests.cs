using System.Text.Json;
using EventStore.Cli.Connection;

namespace EventStore.Cli.Backups;

/// <summary>The requests that make, list and show the backups of a dataset.</summary>
internal sealed class BackupRequests(EventStoreConnection server, string dataset)
{
    private const int ListLimit = 1000;

    private string Path => $"/v1/datasets/{Uri.EscapeDataString(dataset)}/backups";

    /// <summary>Asks for a backup.</summary>
    /// <returns>Its id, and the job that makes it.</returns>
    public async Task<(string Id, string Job)> CreateAsync(CancellationToken cancellation)
    {
        using var json = await SendAsync(HttpMethod.Post, Path, cancellation);
        return (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("jobId").GetString()!);
    }

    /// <summary>The backups, the newest first.</summary>
    public async Task<IReadOnlyList<BackupEntry>> ListAsync(CancellationToken cancellation)
    {
        using var json = await SendAsync(HttpMethod.Get, $"{Path}?limit={ListLimit}", cancellation);
        return [.. json.RootElement.GetProperty("backups").EnumerateArray().Select(BackupEntry.Read)];
    }

    /// <summary>A page of the files of a backup.</summary>
    /// <param name="id">The backup.</param>
    /// <param name="cursor">What the page before ended with; null for the first.</param>
    /// <param name="cancellation">Ends the request.</param>
    public Task<JsonDocument> ListFilesAsync(string id, string? cursor, CancellationToken cancellation) => SendAsync(
        HttpMethod.Get,
        PathOf(id) + (cursor is null ? "" : $"?nextCursor={Uri.EscapeDataString(cursor)}"),
        cancellation);

    public string PathOf(string id) => $"{Path}/{Uri.EscapeDataString(id)}";

    /// <summary>The backup that a caller means: the one he names, else the newest.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    public async Task<string> FindAsync(string? id, CancellationToken cancellation) => id
        ?? (await ListAsync(cancellation)).FirstOrDefault()?.Id
        ?? throw new CommandFailure($"{dataset} has no backups");

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var response = await server.SendAsync(method, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        return await JsonDocument.ParseAsync(body, default, cancellation);
    }
}
