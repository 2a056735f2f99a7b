using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EventStore.Groq;
using EventStore.Log.Postgres;
using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query;

/// <summary>
/// Tags that say what the result of a query may depend on, opaque to clients: one for each document or type that its
/// sources name, and one for the whole dataset when they name none. The same query has the same tags.
/// </summary>
internal static class SyncTags
{
    private const string Version = "s1:";

    /// <summary>Most tags of a query; one that has more has that of the dataset.</summary>
    private const int Most = 100;

    private const int TagBytes = 6;

    public static IReadOnlyList<string> Of(Dataset dataset, GroqQuery query)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var source in query.Sources)
        {
            names.UnionWith(Names(source.IsDynamic ? null : source.Constraint));
        }

        if (query.FollowsReferences || names.Count > Most)
        {
            names = ["dataset"];
        }

        var scope = $"{dataset.ProjectId}/{dataset.Name.Value}/";
        return [.. names.Select(name => Version + Hash(scope + name))];
    }

    private static IEnumerable<string> Names(Groq.Planning.GroqConstraint? constraint)
    {
        if (constraint is not null && IdConstraint.Find(constraint) is { } ids)
        {
            return ids.Select(id => $"id/{id}");
        }

        return constraint is not null && TypeTest.Types(constraint) is { } types
            ? types.Select(type => $"type/{type}")
            : ["dataset"];
    }

    private static string Hash(string name) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, TagBytes));
}
