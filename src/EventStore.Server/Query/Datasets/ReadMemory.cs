namespace EventStore.Server.Query.Datasets;

/// <summary>What was read for a query that is evaluated several times.</summary>
internal sealed class ReadMemory
{
    /// <summary>Answers in the order in which every evaluation asks for them.</summary>
    public List<object?> Done { get; } = [];

    /// <summary>Answers that were read before anybody asked, by their questions.</summary>
    public Dictionary<string, object?> Foreseen { get; } = new(StringComparer.Ordinal);
}
