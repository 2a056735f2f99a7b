using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// A custom role as a request describes it: <c>{name, title, description?, appliesToUsers?, appliesToRobots?,
/// grants?: {"sanity.project.datasets": ["read"]}, documents?: [{filter, permissions, dataset?}]}</c>.
/// </summary>
internal static partial class RoleBody
{
    private const int DescriptionLength = 1000;

    /// <summary>Reads a role.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="name">The name in the path, which counts more than the body's; null when there is none.</param>
    /// <exception cref="BoomException">400: names the field.</exception>
    public static Role Read(JsonBody body, string? name)
    {
        name ??= body.RequiredText("name");
        if (!NamePattern().IsMatch(name))
        {
            throw BoomException.BadRequest(
                "\"name\" must be 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter");
        }

        return new()
        {
            Name = name,
            Title = body.Text("title") ?? name,
            Description = body.OptionalText("description", DescriptionLength) ?? string.Empty,
            IsCustom = true,
            AppliesToUsers = body.Flag("appliesToUsers") ?? true,
            AppliesToRobots = body.Flag("appliesToRobots") ?? true,
            Permissions = ReadPermissions(body.Object("grants")),
            Documents = ReadDocuments(body.Items("documents")),
        };
    }

    private static FrozenSet<Permission> ReadPermissions(JsonObject? grants)
    {
        var permissions = new HashSet<Permission>();
        foreach (var (resource, names) in grants ?? [])
        {
            var field = $"grants.{resource}";
            foreach (var name in Texts(names, field))
            {
                permissions.Add(Permissions.Find($"{resource}.{name}")
                    ?? throw BoomException.BadRequest($"\"{field}\": there is no permission \"{resource}.{name}\""));
            }
        }

        return permissions.ToFrozenSet();
    }

    private static List<DocumentGrant> ReadDocuments(JsonArray? documents)
    {
        if (documents?.Count > ServerLimits.GrantsPerRole)
        {
            throw BoomException.BadRequest($"\"documents\" may have {ServerLimits.GrantsPerRole} grants at most");
        }

        return (documents ?? []).Select((grant, index) => ReadGrant(grant, $"documents[{index}]")).ToList();
    }

    private static DocumentGrant ReadGrant(JsonNode? node, string field)
    {
        if (node is not JsonObject grant)
        {
            throw BoomException.BadRequest($"\"{field}\" must be an object");
        }

        if (Text(grant["filter"]) is not { } text)
        {
            throw BoomException.BadRequest($"\"{field}.filter\" must be a GROQ condition");
        }

        if (!DocumentFilter.TryParse(text, out var filter, out var reason))
        {
            throw BoomException.BadRequest($"\"{field}.filter\": {reason}");
        }

        var names = Texts(grant["permissions"], $"{field}.permissions");
        if (names.Count == 0 || names.Any(name => !DocumentPermissionNames.All.Contains(name)))
        {
            throw BoomException.BadRequest(
                $"\"{field}.permissions\" must be some of {string.Join(", ", DocumentPermissionNames.All)}");
        }

        var dataset = grant["dataset"];
        if (dataset is not null && !Log.Documents.DatasetName.TryParse(Text(dataset) ?? string.Empty, out _, out _))
        {
            throw BoomException.BadRequest($"\"{field}.dataset\" must be the name of a dataset");
        }

        return new(filter, DocumentPermissionNames.Parse(names), Text(dataset));
    }

    private static List<string> Texts(JsonNode? node, string field)
    {
        var texts = node is JsonArray array ? array.Select(Text).ToList() : [null];
        return texts.Contains(null)
            ? throw BoomException.BadRequest($"\"{field}\" must be an array of texts")
            : texts.OfType<string>().ToList();
    }

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
