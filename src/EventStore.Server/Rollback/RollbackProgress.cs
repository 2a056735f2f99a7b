using System.Text.Json.Nodes;
using EventStore.Log.Documents;

namespace EventStore.Server.Rollback;

/// <summary>How far a large rollback is.</summary>
/// <param name="Portion">The next portion, from 1 on.</param>
/// <param name="Done">How many documents of the plan are behind it.</param>
/// <param name="Left">How many of them were left as somebody had edited them meanwhile.</param>
/// <param name="Named">The first ids of these.</param>
internal sealed record RollbackProgress(int Portion, int Done, int Left, IReadOnlyList<string> Named)
{
    public static readonly RollbackProgress Beginning = new(1, 0, 0, []);

    public RollbackProgress Next(int documents, IReadOnlyList<DocumentId> left) => new(
        Portion + 1,
        Done + documents,
        Left + left.Count,
        [.. Named.Concat(left.Select(id => id.Value)).Take(ServerLimits.RollbackNamed)]);

    public JsonObject ToJson() => new()
    {
        ["portion"] = Portion,
        ["done"] = Done,
        ["left"] = Left,
        ["named"] = new JsonArray([.. Named.Select(id => (JsonNode)id)]),
    };

    public static RollbackProgress Read(JsonObject step) => new(
        (int)step["portion"]!,
        (int)step["done"]!,
        (int)step["left"]!,
        [.. step["named"]!.AsArray().Select(id => (string)id!)]);
}
