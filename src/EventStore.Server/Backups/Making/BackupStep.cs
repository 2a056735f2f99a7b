using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Making;

/// <summary>Where the making of a backup stands, and what it has so far.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Log">Parts of the log, from the first transaction on.</param>
/// <param name="Layers">Complete layers of documents.</param>
internal sealed record BackupStep(string Phase, IReadOnlyList<LogPart> Log, IReadOnlyList<DocumentLayer> Layers)
{
    public const string LogPhase = "log";
    public const string DocumentsPhase = "documents";
    public const string AssetsPhase = "assets";
    public const string EndPhase = "end";

    /// <summary>The layer that is being written; null when the documents are complete.</summary>
    public DocumentLayer? Layer { get; init; }

    /// <summary>Bytes written for this backup.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Contents of assets that the blob store has lost.</summary>
    public IReadOnlyList<string> MissingAssets { get; init; } = [];

    /// <summary>Lists of assets of the backup before.</summary>
    public IReadOnlyList<AssetPart> EarlierLists { get; init; } = [];

    /// <summary>Lists of assets.</summary>
    public IReadOnlyList<AssetPart> AssetLists { get; init; } = [];

    public static BackupStep Read(JsonObject step) => step.Deserialize<BackupStep>()!;

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this)!;
}
