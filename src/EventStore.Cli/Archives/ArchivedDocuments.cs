using System.Text.Json;
using EventStore.Cli.Lines;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>The documents of an archive: where each is, and what it refers to. The documents stay on disk.</summary>
internal sealed class ArchivedDocuments : IDisposable
{
    private const int MaximumLineLength = 64 * 1024 * 1024;

    private readonly FileStream _file;

    private ArchivedDocuments(FileStream file, IReadOnlyList<ArchivedDocument> all)
    {
        _file = file;
        All = all;
    }

    /// <summary>In the order of the archive.</summary>
    public IReadOnlyList<ArchivedDocument> All { get; }

    /// <summary>Reads all of them, and finds out what is wrong before anything is written.</summary>
    /// <exception cref="CommandFailure">A line is no document, or a file is missing.</exception>
    public static async Task<ArchivedDocuments> ReadAsync(ArchiveFiles files, CancellationToken cancellation)
    {
        var documents = new List<ArchivedDocument>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var file = File.OpenRead(files.Documents);
        try
        {
            var lines = new LineReader(file, MaximumLineLength);
            var (number, offset) = (0L, 0L);
            do
            {
                while (lines.TryTake(out var line))
                {
                    number++;
                    if (line.TooLong)
                    {
                        throw new CommandFailure($"line {number} has more than {MaximumLineLength} bytes");
                    }

                    if (!line.Bytes.Span.Trim(" \r\t"u8).IsEmpty)
                    {
                        var document = Read(line.Bytes, number, offset, files);
                        documents.Add(ids.Add(document.Id)
                            ? document
                            : throw new CommandFailure($"line {number}: {document.Id} is there twice"));
                    }

                    offset += line.Bytes.Length + 1;
                }
            }
            while (await lines.FillAsync(cancellation));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        return new(file, documents.ConvertAll(document => document with
        {
            // What refers to documents elsewhere waits for none of these.
            Targets = [.. document.Targets.Where(target => target != document.Id && ids.Contains(target))],
        }));
    }

    /// <summary>The document as it stands in the archive.</summary>
    public JsonDocument Open(ArchivedDocument document)
    {
        var line = new byte[document.Length];
        _file.Position = document.Offset;
        _file.ReadExactly(line);
        return JsonDocument.Parse(line, RawJson.Options);
    }

    public void Dispose() => _file.Dispose();

    private static ArchivedDocument Read(ReadOnlyMemory<byte> line, long number, long offset, ArchiveFiles files)
    {
        try
        {
            using var json = JsonDocument.Parse(line, RawJson.Options);
            if (RawJson.Text(json.RootElement, "_id") is not { Length: > 0 } id)
            {
                throw new CommandFailure("it is no document with an _id");
            }

            var named = AssetReferences.FilesOf(json.RootElement);
            if (named.FirstOrDefault(file => files.Find(file) is null) is { } missing)
            {
                throw new CommandFailure($"{id} needs {missing.Path}, which is not in the archive");
            }

            return new(id, offset, line.Length, [.. AssetReferences.StrongTargets(json.RootElement)]);
        }
        catch (Exception failure) when (failure is CommandFailure or JsonException)
        {
            throw new CommandFailure($"line {number} of the documents: {failure.Message}", failure);
        }
    }
}
