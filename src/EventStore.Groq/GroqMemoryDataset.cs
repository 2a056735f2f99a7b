using EventStore.Groq.Planning;

namespace EventStore.Groq;

/// <summary>A dataset of documents in memory, which are to be given in the order of their ids.</summary>
public sealed class GroqMemoryDataset : IGroqDataset
{
    private readonly List<GroqDocument> documents;
    private Dictionary<string, GroqDocument>? byId;

    public GroqMemoryDataset(IEnumerable<GroqDocument> documents) => this.documents = [.. documents];

    public IEnumerable<GroqDocument> Read(GroqSource source) => documents;

    public GroqDocument? Find(string id)
    {
        if (byId is null)
        {
            byId = new Dictionary<string, GroqDocument>(documents.Count, StringComparer.Ordinal);
            foreach (GroqDocument document in documents)
            {
                if (document.Id is { } own)
                {
                    byId.TryAdd(own, document);
                }
            }
        }
        return byId.GetValueOrDefault(id);
    }

    public void Prefetch(IReadOnlyCollection<string> ids)
    {
    }
}
