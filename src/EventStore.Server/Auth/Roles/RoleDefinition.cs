using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// The rights of a custom role as they are stored: <c>{"permissions":["sanity.project.read"],
/// "documents":[{"filter","permissions":["read"],"dataset"}]}</c>.
/// </summary>
internal static class RoleDefinition
{
    /// <summary>The roles of some names: those that every project has, and those stored.</summary>
    /// <param name="names">Names; one that is neither gives no rights.</param>
    /// <param name="stored">A JSON array of objects with <c>name</c>, <c>title</c>, <c>description</c> and
    /// <c>definition</c>; null for none.</param>
    public static IReadOnlyList<Role> Resolve(IEnumerable<string> names, string? stored)
    {
        var roles = names.Select(BuiltInRoles.Find).OfType<Role>().ToList();
        if (stored is not null)
        {
            using var json = JsonDocument.Parse(stored);
            roles.AddRange(json.RootElement.EnumerateArray().Select(ReadStored));
        }

        return roles;
    }

    /// <summary>Reads the rights of a stored role.</summary>
    public static (IReadOnlySet<Permission> Permissions, IReadOnlyList<DocumentGrant> Documents) Read(
        JsonElement definition) =>
        (
            definition.GetProperty("permissions").EnumerateArray()
                .Select(name => Permissions.Find(name.GetString()!))
                .OfType<Permission>()
                .ToFrozenSet(),
            definition.GetProperty("documents").EnumerateArray().Select(ReadGrant).ToList());

    /// <summary>The rights of a role as they are stored.</summary>
    public static string Write(IReadOnlySet<Permission> permissions, IEnumerable<DocumentGrant> documents) =>
        new JsonObject
        {
            ["permissions"] = new JsonArray(
                [.. permissions.Select(permission => permission.ToString()).Order().Select(name => (JsonNode)name)]),
            ["documents"] = new JsonArray([.. documents.Select(WriteGrant)]),
        }.ToJsonString();

    private static Role ReadStored(JsonElement stored)
    {
        var (permissions, documents) = Read(stored.GetProperty("definition"));
        return new()
        {
            Name = stored.GetProperty("name").GetString()!,
            Title = stored.GetProperty("title").GetString()!,
            Description = stored.GetProperty("description").GetString()!,
            IsCustom = true,
            Permissions = permissions,
            Documents = documents,
        };
    }

    private static DocumentGrant ReadGrant(JsonElement grant) => new(
        DocumentFilter.Parse(grant.GetProperty("filter").GetString()!),
        DocumentPermissionNames.Parse(
            grant.GetProperty("permissions").EnumerateArray().Select(name => name.GetString()!)),
        grant.TryGetProperty("dataset", out var dataset) ? dataset.GetString() : null);

    private static JsonObject WriteGrant(DocumentGrant grant) => new()
    {
        ["filter"] = grant.Filter.Expression,
        ["permissions"] = new JsonArray(
            [.. DocumentPermissionNames.Of(grant.Permissions).Select(name => JsonValue.Create(name))]),
        ["dataset"] = grant.Dataset,
    };
}
