namespace EventStore.Groq;

/// <summary>The documents that a query sees. An evaluation uses one dataset from one thread.</summary>
public interface IGroqDataset
{
    /// <summary>All documents, in the order that an unordered query gives them.</summary>
    IEnumerable<GroqDocument> Documents { get; }

    /// <summary>The document with this <c>_id</c>, or null.</summary>
    GroqDocument? Find(string id);

    /// <summary>
    /// Announces ids that are about to be looked up, so that a dataset which fetches documents can fetch them together.
    /// </summary>
    void Prefetch(IReadOnlyCollection<string> ids);
}
