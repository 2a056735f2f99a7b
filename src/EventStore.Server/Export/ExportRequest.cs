using EventStore.Server.Datasets;

namespace EventStore.Server.Export;

/// <summary>What is exported.</summary>
/// <param name="Opened">The dataset, and who asks.</param>
/// <param name="Sequence">The state that is exported.</param>
internal sealed record ExportRequest(DatasetRequest Opened, long Sequence)
{
    /// <summary>The state whose differences to it are asked for; null for everything.</summary>
    public long? Since { get; init; }

    /// <summary>Only documents of these types; null for all.</summary>
    public HashSet<string>? Types { get; init; }

    public bool Wants(string? type) => Types is null || Types.Contains(type ?? string.Empty);

    /// <summary>Where the page behind a document begins.</summary>
    public ExportCursor CursorAfter(string id) => new(Opened.Dataset.Number, Sequence, id) { Since = Since };
}
