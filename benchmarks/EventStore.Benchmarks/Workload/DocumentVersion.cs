namespace EventStore.Benchmarks.Workload;

/// <summary>What a transaction made of one document.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Content">Its text as the stream has it; null when it was deleted.</param>
internal sealed record DocumentVersion(string DocumentId, byte[]? Content)
{
    /// <summary>A path for stores of files: the part before the first dash is the folder the document came
    /// from.</summary>
    public string Path => string.Concat(DocumentId.Split('-')[0], "/", DocumentId, ".json");
}
