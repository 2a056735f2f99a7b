using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using EventStore.Cli.Archives;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;
using EventStore.Cli.Transfer;

namespace EventStore.Cli.Backups;

/// <summary>
/// Writes the files of a backup as the vendor's command line does: a tarball of <c>data.ndjson</c>, <c>images/</c> and
/// <c>files/</c>. An entry of a tarball begins with its length, so the documents go to a file first.
/// </summary>
internal sealed class BackupDownload(
    EventStoreConnection server, BackupRequests backups, string id, ProgressDisplay display)
{
    private const int AtOnce = 16;
    private const int CopyBytes = 256 * 1024;

    private readonly List<(string Name, string Path)> _assets = [];
    private long _documents;

    /// <returns>How many documents and how many assets.</returns>
    /// <exception cref="CommandFailure">The server refused, or what came is not whole.</exception>
    public async Task<(long Documents, long Assets)> WriteAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var work = new WorkFolder();
            await using var target = ExportFile.Create(path);
            var documents = work.NewFile();
            await FetchAsync(documents, work, cancellation);
            await PackAsync(target, documents, cancellation);
            target.Publish();
            return (_documents, _assets.Count);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new CommandFailure($"the download broke off: {failure.Message}", failure);
        }
    }

    private async Task FetchAsync(string path, WorkFolder work, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path, FileMode.Create, FileAccess.Write, FileShare.None, CopyBytes, useAsync: true);
        string? cursor = null;
        do
        {
            using var page = await backups.ListFilesAsync(id, cursor, cancellation);
            var total = page.RootElement.GetProperty("totalFiles").GetInt64();
            foreach (var files in page.RootElement.GetProperty("files").EnumerateArray().Chunk(AtOnce))
            {
                // Side by side, but written in their order: the same backup gives the same file.
                foreach (var line in await Task.WhenAll(files.Select(entry => TakeAsync(entry, work, cancellation))))
                {
                    await file.WriteAsync(line, cancellation);
                }

                display.Report($"{_documents + _assets.Count} of {total}", _documents + _assets.Count, total);
            }

            cursor = page.RootElement.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (!string.IsNullOrEmpty(cursor));
    }

    /// <returns>The line of a document; nothing for an asset, which goes to a file of its own.</returns>
    private async Task<byte[]> TakeAsync(JsonElement entry, WorkFolder work, CancellationToken cancellation)
    {
        var link = new Uri(entry.GetProperty("url").GetString()!).PathAndQuery;
        using var response = await server.SendAsync(HttpMethod.Get, link, null, cancellation);
        var type = entry.GetProperty("type").GetString();
        if (type == "document")
        {
            var document = await response.Content.ReadAsByteArrayAsync(cancellation);
            Interlocked.Increment(ref _documents);
            return [.. document, (byte)'\n'];
        }

        string path;
        lock (_assets)
        {
            path = work.NewFile();
            _assets.Add(($"{type}s/{Path.GetFileName(entry.GetProperty("name").GetString()!)}", path));
        }

        await using var file = File.Create(path);
        await response.Content.CopyToAsync(file, cancellation);
        return [];
    }

    private async Task PackAsync(ExportFile target, string documents, CancellationToken cancellation)
    {
        await using var sink = new BufferedStream(new SinkStream(target.WriteAsync), CopyBytes);
        var packed = new GZipStream(sink, CompressionLevel.Fastest, leaveOpen: true);
        var archive = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (name, path) in _assets.Prepend(("data.ndjson", documents)))
        {
            await archive.WriteEntryAsync(path, name, cancellation);
        }

        // Only what is whole gets its end: an archive that broke off must not pass for a smaller one.
        await archive.DisposeAsync();
        await packed.DisposeAsync();
        await sink.FlushAsync(cancellation);
    }
}
