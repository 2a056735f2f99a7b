using EventStore.Log.Documents;
using EventStore.Server.Wire;

namespace EventStore.Server.Documents;

/// <summary>The document ids of a path: separated by commas, each once, in the order given.</summary>
internal static class DocumentIdList
{
    /// <exception cref="BoomException">400: an id is malformed, there are none or too many.</exception>
    public static IReadOnlyList<DocumentId> Parse(string text, int limit = ServerLimits.DocumentIds)
    {
        var ids = new List<DocumentId>();
        var known = new HashSet<DocumentId>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!DocumentId.TryParse(part, out var id, out var reason))
            {
                throw BoomException.BadRequest(reason);
            }

            if (known.Add(id))
            {
                ids.Add(id);
            }

            if (ids.Count > limit)
            {
                throw BoomException.BadRequest($"The path has more than {limit} document ids");
            }
        }

        return ids.Count > 0 ? ids : throw BoomException.BadRequest("The path has no document id");
    }
}
