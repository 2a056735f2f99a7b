using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Server.Wire;

namespace EventStore.Server.Backups.Restoring;

/// <summary>What is to be restored where to, as it is kept with its job.</summary>
/// <param name="Backup">The id of the backup.</param>
/// <param name="Source">What its dataset was called.</param>
/// <param name="Target">Name of the dataset that is made, or changed.</param>
/// <param name="Sequence">The place in the backup's log that is restored.</param>
internal sealed record RestoreOrder(string Backup, string Source, string Target, long Sequence)
{
    private const int LongestType = 1_000;

    /// <summary>Number of an existing target; null when the target is made.</summary>
    public int? SyncTarget { get; init; }

    /// <summary>Only these documents; null for all.</summary>
    public IReadOnlyList<string>? Documents { get; init; }

    /// <summary>Only documents that are or were of these types; null for all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Leaves documents that the backup does not have.</summary>
    public bool KeepOthers { get; init; }

    /// <summary>Creates the documents by new transactions instead of putting the log back.</summary>
    public bool SkipHistory { get; init; }

    /// <summary>Whether the log is put back: into a new dataset, and all of it.</summary>
    public bool RestoresLog => SyncTarget is null && !SkipHistory && Documents is null && Types is null;

    /// <exception cref="BoomException">400.</exception>
    public static RestoreOrder Read(JsonBody body, string backup, string source) =>
        new(backup, source, body.RequiredText("targetDataset", Log.Limits.DatasetNameLength), 0)
        {
            Documents = Texts(body, "documents", static text => DocumentId.TryParse(text, out _, out _)),
            Types = Texts(body, "types", static text => text is { Length: > 0 and <= LongestType }),
            KeepOthers = body.Flag("keepOthers") ?? false,
            SkipHistory = body.Flag("skipHistory") ?? false,
        };

    public JsonObject ToJson() => new()
    {
        ["backup"] = Backup,
        ["sourceDataset"] = Source,
        ["targetDataset"] = Target,
        ["sequence"] = Sequence,
        ["syncTarget"] = SyncTarget,
        ["documents"] = Array(Documents),
        ["types"] = Array(Types),
        ["keepOthers"] = KeepOthers,
        ["skipHistory"] = SkipHistory,
    };

    public static RestoreOrder FromJson(JsonObject json) => new(
        (string)json["backup"]!,
        (string)json["sourceDataset"]!,
        (string)json["targetDataset"]!,
        (long)json["sequence"]!)
    {
        SyncTarget = (int?)json["syncTarget"],
        Documents = Texts(json["documents"]),
        Types = Texts(json["types"]),
        KeepOthers = (bool)json["keepOthers"]!,
        SkipHistory = (bool)json["skipHistory"]!,
    };

    private static JsonArray? Array(IReadOnlyList<string>? texts) =>
        texts is null ? null : new([.. texts.Select(text => (JsonNode)text)]);

    private static List<string>? Texts(JsonNode? node) => node?.AsArray().Select(text => (string)text!).ToList();

    private static List<string>? Texts(JsonBody body, string name, Func<string?, bool> isValid)
    {
        if (body.Items(name) is not { } items)
        {
            return null;
        }

        var texts = items
            .Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : null)
            .ToList();
        return texts.Count > 0 && texts.TrueForAll(text => isValid(text))
            ? texts.ConvertAll(text => text!)
            : throw BoomException.BadRequest($"\"{name}\" must be an array of names");
    }
}
