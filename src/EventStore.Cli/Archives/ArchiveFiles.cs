using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace EventStore.Cli.Archives;

/// <summary>
/// An archive, unpacked. Its names are keys of a table and never become names of files, so that none leads anywhere;
/// one that tries to is refused all the same.
/// </summary>
internal sealed class ArchiveFiles
{
    private const int CopyBytes = 256 * 1024;
    private const int MostFolders = 3;

    private readonly Dictionary<string, (string Path, string Sha1)> _files;
    private readonly string _base;

    private ArchiveFiles(Dictionary<string, (string Path, string Sha1)> files, string documents)
    {
        _files = files;
        _base = documents[..(documents.LastIndexOf('/') + 1)];
        Documents = files[documents].Path;
    }

    /// <summary>The images and files.</summary>
    public IEnumerable<ArchivedFile> Assets => _files.Keys
        .Where(name => name.StartsWith(_base, StringComparison.Ordinal))
        .Select(name => name[_base.Length..])
        .Where(name => FolderOf(name) is "images" or "files")
        .Select(name => new ArchivedFile(FolderOf(name)!.TrimEnd('s'), name))
        .OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>Where the documents are, on this machine.</summary>
    public string Documents { get; }

    /// <summary>Where the descriptions of assets are, on this machine; null when the archive has none.</summary>
    public string? Descriptions => _files.TryGetValue(_base + "assets.json", out var file) ? file.Path : null;

    /// <summary>Unpacks an archive, to its end, and compares contents with the digests in their names.</summary>
    /// <exception cref="CommandFailure">It is damaged, or is no archive of a dataset.</exception>
    public static async Task<ArchiveFiles> UnpackAsync(string path, WorkFolder work, CancellationToken cancellation)
    {
        var files = new Dictionary<string, (string Path, string Sha1)>(StringComparer.Ordinal);
        try
        {
            await using var file = File.OpenRead(path);
            await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            await using var whole = new TarEnd(unpacked);
            await using (var archive = new TarReader(whole, leaveOpen: true))
            {
                while (await archive.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
                {
                    await TakeAsync(entry, files, work, cancellation);
                }
            }

            await whole.CopyToAsync(Stream.Null, cancellation);
            if (!whole.HasEnd)
            {
                throw new CommandFailure($"{path} is damaged: it ends too early");
            }
        }
        catch (Exception failure) when (
            failure is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailure($"{path} is damaged or cannot be read: {failure.Message}", failure);
        }

        return new(files, FindDocuments(path, files.Keys));
    }

    /// <summary>Where a file is on this machine, and its digest; null when the archive lacks it.</summary>
    public (string Path, string Sha1)? Find(ArchivedFile file) =>
        _files.TryGetValue(_base + file.Path, out var found) ? found : null;

    private static string FindDocuments(string path, IEnumerable<string> names)
    {
        var documents = names.Where(IsDocuments).GroupBy(name => name.Count(letter => letter == '/'))
            .OrderBy(group => group.Key).FirstOrDefault()?.ToList() ?? [];
        return documents switch
        {
            [var name] => name,
            [] => throw new CommandFailure($"{path} is no archive of a dataset: it has no .ndjson file"),
            _ => throw new CommandFailure($"{path} has more than one .ndjson file"),
        };
    }

    private static async Task TakeAsync(
        TarEntry entry,
        Dictionary<string, (string Path, string Sha1)> files,
        WorkFolder work,
        CancellationToken cancellation)
    {
        var name = NameOf(entry);
        if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw new CommandFailure($"the archive has an entry that is no file: {entry.Name}");
        }

        var isAsset = name.Split('/') is [.., "images" or "files", _];
        if (!isAsset && !IsDocuments(name) && Path.GetFileName(name) != "assets.json")
        {
            return;
        }

        if (files.ContainsKey(name))
        {
            throw new CommandFailure($"the archive has two files of the name {name}");
        }

        var path = work.NewFile();
        var digest = await CopyAsync(entry.DataStream ?? Stream.Null, path, cancellation);
        files.Add(name, (path, digest));

        // The vendor names an SVG image by its digest before it was made harmless.
        if (isAsset
            && AssetName.DigestIn(Path.GetFileName(name)) is { } expected
            && expected != digest
            && !name.EndsWith(".svg", StringComparison.Ordinal))
        {
            throw new CommandFailure($"{name} in the archive is damaged: its content has the digest {digest}");
        }
    }

    private static string NameOf(TarEntry entry)
    {
        var parts = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        return !entry.Name.StartsWith('/') && !entry.Name.Contains('\\') && !parts.Contains("..")
            ? string.Join('/', parts)
            : throw new CommandFailure($"the archive has a name that leads out of it: {entry.Name}");
    }

    private static async Task<string> CopyAsync(Stream content, string path, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        await using var file = File.Create(path);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            {
                digest.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static bool IsDocuments(string name) =>
        name.EndsWith(".ndjson", StringComparison.Ordinal) && name.Count(letter => letter == '/') < MostFolders;

    private static string? FolderOf(string name) => name.Split('/') is [var folder, _] ? folder : null;
}
