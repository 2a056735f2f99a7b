using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;

namespace EventStore.Server.Copies;

/// <summary>What a copy is to be, as it is kept with its job.</summary>
/// <param name="Source">Number of the source dataset.</param>
/// <param name="SourceName">Its name.</param>
/// <param name="TargetName">Name of the dataset that is made, or brought up to date.</param>
/// <param name="Sequence">The sequence of the source that is copied: later transactions are not.</param>
internal sealed record CopyRequest(int Source, string SourceName, string TargetName, long Sequence)
{
    /// <summary>Copies only the documents, as they are at the sequence.</summary>
    public bool SkipHistory { get; init; }

    /// <summary>Leaves out what belongs to content releases.</summary>
    public bool SkipContentReleases { get; init; }

    /// <summary>Number of an existing target that is made equal to the source; null when the target is made.</summary>
    public int? SyncTarget { get; init; }

    public JsonObject ToJson() => new()
    {
        ["source"] = Source,
        ["sourceDataset"] = SourceName,
        ["targetDataset"] = TargetName,
        ["sequence"] = Sequence,
        ["skipHistory"] = SkipHistory,
        ["skipContentReleases"] = SkipContentReleases,
        ["syncTarget"] = SyncTarget,
    };

    public static CopyRequest FromJson(JsonObject json) => new(
        (int)json["source"]!, (string)json["sourceDataset"]!, (string)json["targetDataset"]!, (long)json["sequence"]!)
    {
        SkipHistory = (bool)json["skipHistory"]!,
        SkipContentReleases = (bool)json["skipContentReleases"]!,
        SyncTarget = (int?)json["syncTarget"],
    };

    /// <summary>Whether a document belongs to a content release: its definition or a version in it.</summary>
    public static bool IsOfRelease(DocumentId id) =>
        id.Value.StartsWith("versions.", StringComparison.Ordinal)
        || id.Value.StartsWith("_.releases.", StringComparison.Ordinal);

    /// <summary>Whether a document is to be in the copy.</summary>
    public bool Includes(DocumentId id) => !SkipContentReleases || !IsOfRelease(id);

    /// <summary>A dataset that is known by number and name only: enough to read its log.</summary>
    public static Dataset Named(int number, string projectId, string name) =>
        new(number, projectId, DatasetName.Parse(name), "private", DateTimeOffset.UnixEpoch, string.Empty);
}
