using System.Buffers;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;
using EventStore.Cli.Transfer;
using EventStore.Server.Assets;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>
/// Writes a dataset with its assets as <c>@sanity/export</c> does: a tarball of <c>data.ndjson</c>, <c>assets.json</c>,
/// <c>images/</c> and <c>files/</c>. An entry of a tarball begins with its length, so each goes to a file first: memory
/// is bounded by one document.
/// </summary>
internal sealed class ArchiveExport(
    EventStoreConnection server, string dataset, string streamPath, ProgressDisplay display)
{
    private const int MaximumLineLength = 256 * 1024 * 1024;
    private const int CopyBytes = 256 * 1024;
    private const long UstarBytes = 8L * 1024 * 1024 * 1024;

    private readonly ArchiveAssets _assets = new(server, dataset);
    private readonly string _root = string.Create(
        CultureInfo.InvariantCulture,
        $"{dataset.TrimStart('~')}-export-{DateTime.UtcNow:yyyy-MM-dd't'HH-mm-ss-fff'z'}");

    private ExportTotals _totals;

    /// <summary>Ids of assets that are not in the archive, because the server does not have their contents.</summary>
    public IReadOnlyList<string> Missing => _assets.Missing;

    /// <exception cref="CommandFailure">The server refused, or what came is not whole.</exception>
    public async Task<ExportTotals> WriteAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellation)
    {
        try
        {
            return await WriteThroughFilesAsync(write, cancellation);
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"the temporary folder fails: {failure.Message}", failure);
        }
    }

    private async Task<ExportTotals> WriteThroughFilesAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellation)
    {
        using var work = new WorkFolder();
        var (exported, documents, descriptions) = (work.NewFile(), work.NewFile(), work.NewFile());
        await FetchDocumentsAsync(exported, cancellation);
        await FindAssetsAsync(exported, descriptions, cancellation);
        await RewriteAsync(exported, documents, cancellation);
        File.Delete(exported);

        // Buffers between the packer and the file, which has none: it would get pieces of a few bytes.
        await using var sink = new BufferedStream(new SinkStream(write), CopyBytes);
        var packed = new GZipStream(sink, CompressionLevel.Fastest, leaveOpen: true);
        var archive = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true);
        await AddAsync(archive, "data.ndjson", documents, cancellation);
        await AddAsync(archive, "assets.json", descriptions, cancellation);
        var (added, count) = (0, _assets.Names.Count);
        foreach (var name in _assets.Names.Values)
        {
            var file = work.NewFile();
            await DownloadAsync(name, file, cancellation);
            await AddAsync(archive, name.Path, file, cancellation);
            File.Delete(file);
            display.Report($"{_totals}, {Quantity.Of(++added, "asset")} of {count}", added, count);
        }

        // Only what is whole gets its end: an archive that broke off must not pass for a smaller one.
        await archive.DisposeAsync();
        await packed.DisposeAsync();
        await sink.FlushAsync(cancellation);
        return _totals;
    }

    private async Task FetchDocumentsAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await new ExportSource(server, dataset, streamPath, null).CopyAsync(file.WriteAsync, display, cancellation);
    }

    private async Task FindAssetsAsync(string exported, string path, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await using var descriptions = new Utf8JsonWriter(
            file, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        descriptions.WriteStartObject();
        await ForEachLineAsync(
            exported,
            async line =>
            {
                if (ArchiveAssets.MayBeAsset(line.Span))
                {
                    await _assets.TryTakeAsync(line, descriptions, cancellation);
                    await descriptions.FlushAsync(cancellation);
                }
            },
            cancellation);
        descriptions.WriteEndObject();
    }

    private async Task RewriteAsync(string exported, string path, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        var missing = _assets.Missing.ToHashSet(StringComparer.Ordinal);
        var output = new ArrayBufferWriter<byte>();
        var (count, bytes) = (0L, 0L);
        await ForEachLineAsync(
            exported,
            async line =>
            {
                if (!IsWanted(line, missing))
                {
                    return;
                }

                AssetFileReferences.Write(line, FileOf, output);
                output.Write("\n"u8);
                await file.WriteAsync(output.WrittenMemory, cancellation);
                (count, bytes) = (count + 1, bytes + output.WrittenCount);
                output.ResetWrittenCount();
            },
            cancellation);
        _totals = new(count, bytes);
    }

    private (string Kind, string Path)? FileOf(string id) =>
        _assets.Names.GetValueOrDefault(id) is { } name ? (name.Kind, name.Path) : null;

    /// <summary>
    /// Documents of assets follow from their contents, and those of the system from the project, unless they are
    /// releases.
    /// </summary>
    private bool IsWanted(ReadOnlyMemory<byte> line, HashSet<string> missing)
    {
        var isSystem = line.Span.IndexOf("\"_id\":\"_."u8) >= 0;
        if (!isSystem && !ArchiveAssets.MayBeAsset(line.Span))
        {
            return true;
        }

        using var json = JsonDocument.Parse(line, RawJson.Options);
        return RawJson.Text(json.RootElement, "_id") is not { } id
            || (!_assets.Names.ContainsKey(id)
                && !missing.Contains(id)
                && (!id.StartsWith("_.", StringComparison.Ordinal)
                    || id.StartsWith("_.releases.", StringComparison.Ordinal)));
    }

    private async Task DownloadAsync(AssetName name, string path, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        try
        {
            using var response = await server.SendAsync(HttpMethod.Get, _assets.PathOf(name), null, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            await using var file = File.Create(path);
            var buffer = new byte[CopyBytes];
            for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            {
                digest.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new CommandFailure($"the download of {name.DocumentId} broke off: {failure.Message}", failure);
        }

        if (Convert.ToHexStringLower(digest.GetHashAndReset()) != name.Sha1)
        {
            throw new CommandFailure($"the server sent something else than the content of {name.DocumentId}");
        }
    }

    private async Task AddAsync(TarWriter archive, string name, string path, CancellationToken cancellation)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, CopyBytes, true);
        TarEntry entry = content.Length < UstarBytes
            ? new UstarTarEntry(TarEntryType.RegularFile, $"{_root}/{name}")
            : new PaxTarEntry(TarEntryType.RegularFile, $"{_root}/{name}");
        entry.DataStream = content;
        await archive.WriteEntryAsync(entry, cancellation);
    }

    private static async Task ForEachLineAsync(
        string path, Func<ReadOnlyMemory<byte>, Task> act, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var lines = new LineReader(file, MaximumLineLength);
        do
        {
            while (lines.TryTake(out var line))
            {
                await act(line.Bytes);
            }
        }
        while (await lines.FillAsync(cancellation));
    }
}
