using EventStore.Cli.Lines;
using EventStore.Cli.Patches;
using EventStore.Groq;
using EventStore.Mendoza;

namespace EventStore.Cli.Queries;

/// <summary>Documents of a local file, in the order of their ids as in a dataset.</summary>
internal sealed class DocumentFile
{
    private readonly GroqMemoryDataset _dataset;

    private DocumentFile(IEnumerable<GroqDocument> documents) => _dataset = new GroqMemoryDataset(documents);

    public static async Task<DocumentFile> ReadAsync(FileInfo file, CancellationToken cancellation)
    {
        var documents = new List<GroqDocument>();
        try
        {
            await using FileStream stream = file.OpenRead();
            await foreach (byte[] line in LineReader.ReadAllAsync(stream, LineRun.MaximumLineLength, cancellation))
            {
                documents.Add(new GroqDocument(Canonicalize(line, $"document {documents.Count + 1}")));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot read {file}: {failure.Message}", failure);
        }

        return new DocumentFile(documents.OrderBy(document => document.Id, StringComparer.Ordinal));
    }

    public static byte[] Canonicalize(byte[] json, string what)
    {
        try
        {
            return CanonicalJson.Canonicalize(json, JsonLimits.Default);
        }
        catch (JsonFormatException failure)
        {
            throw new CommandFailure($"{what} is not valid JSON: {failure.Message}", failure);
        }
    }

    public GroqContext CreateContext(CancellationToken cancellation) => new()
    {
        Dataset = _dataset,
        Now = TimeProvider.System.GetUtcNow(),
        CancellationToken = cancellation,
    };
}
