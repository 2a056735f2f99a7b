using EventStore.Groq;

namespace EventStore.Server.Query.Attributes;

/// <summary>What a query sees of the documents that an index names.</summary>
internal interface IStoredDocuments
{
    /// <summary>Whether documents are seen under the ids that they are stored by.</summary>
    bool HasOwnIds { get; }

    /// <summary>Whether drafts and versions are not seen at all.</summary>
    bool OnlyPublished { get; }

    /// <summary>The id under which the query would see a stored document; null when it sees it under none.</summary>
    string? ShownId(string storedId);

    /// <summary>Those of some documents that the query sees, by the ids that it sees them under.</summary>
    IEnumerable<GroqDocument> FindAll(IReadOnlyList<string> shownIds);

    /// <summary>Announces stored documents that are about to be asked for.</summary>
    void PrefetchStored(IReadOnlyCollection<string> storedIds);

    /// <summary>
    /// A stored document as the query sees it; null when it does not, or when another version stands for it.
    /// </summary>
    GroqDocument? Show(string storedId);
}
