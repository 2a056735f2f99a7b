using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Http;

/// <summary>A transaction of <see cref="ModelLog"/>.</summary>
/// <param name="Sequence">Its place, from 1.</param>
/// <param name="Id">Its id.</param>
/// <param name="Timestamp">Its time.</param>
/// <param name="Author">Who made it.</param>
/// <param name="Mutations">As recorded, with the document each is about.</param>
/// <param name="Before">The documents it changed, as they were; null where they did not exist.</param>
/// <param name="After">The documents it changed, as they became; null where they do not exist.</param>
internal sealed record ModelTransaction(
    long Sequence,
    string Id,
    DateTimeOffset Timestamp,
    string Author,
    IReadOnlyList<(string DocumentId, JsonObject Mutation)> Mutations,
    IReadOnlyDictionary<string, JsonObject?> Before,
    IReadOnlyDictionary<string, JsonObject?> After)
{
    public string Time => Timestamp.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");

    public string ImportLine => new JsonObject
    {
        ["id"] = Id,
        ["timestamp"] = Time,
        ["author"] = Author,
        ["mutations"] = new JsonArray(Mutations.Select(mutation => mutation.Mutation.DeepClone()).ToArray()),
    }.ToJsonString();
}
