using EventStore.Log.Documents;

namespace EventStore.Log.Postgres;

/// <summary>What was loaded for a batch.</summary>
internal sealed class LoadedHeads
{
    public Dictionary<DocumentId, HeadState> Heads { get; } = [];

    public Dictionary<string, KnownTransaction> Known { get; } = new(StringComparer.Ordinal);

    /// <summary>Heads whose content is still to be rebuilt, and where from.</summary>
    public List<(DocumentId Id, long Sequence)> Unsettled { get; } = [];
}
