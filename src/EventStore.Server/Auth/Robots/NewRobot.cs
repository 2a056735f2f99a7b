using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth.Robots;

/// <summary>What a request to make a token says, in the spelling of either API.</summary>
/// <param name="Label">For people.</param>
/// <param name="RoleNames">Names of roles, checked by nobody yet.</param>
/// <param name="ExpiresAt">In the future; null for never.</param>
internal sealed record NewRobot(string Label, IReadOnlyList<string> RoleNames, DateTimeOffset? ExpiresAt)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 12;

    /// <summary><c>{label, roleName, expiresAt?}</c> of the Projects API.</summary>
    /// <exception cref="BoomException">400: names the field.</exception>
    public static NewRobot ReadToken(JsonBody body, DateTimeOffset now) =>
        new(body.RequiredText("label").Trim(), [body.RequiredText("roleName")], ReadExpiry(body, now));

    /// <summary>
    /// <c>{label, memberships: [{resourceType: "project", resourceId, roleNames}], expiresAt?}</c> of the Access API.
    /// </summary>
    /// <exception cref="BoomException">400: names the field.</exception>
    public static NewRobot ReadRobot(JsonBody body, string projectId, DateTimeOffset now)
    {
        var label = body.RequiredText("label").Trim();
        if (body.Items("memberships") is not [JsonObject membership])
        {
            throw BoomException.BadRequest("\"memberships\" must be an array of one membership, that in the project");
        }

        if (Text(membership["resourceType"]) != "project" || Text(membership["resourceId"]) != projectId)
        {
            throw BoomException.BadRequest(
                "\"memberships[0]\" must have the \"resourceType\" project and the project's id as \"resourceId\"");
        }

        var names = membership["roleNames"] is JsonArray array ? array.Select(Text).OfType<string>().ToList() : [];
        if (names.Count == 0 || names.Count != (membership["roleNames"] as JsonArray)!.Count)
        {
            throw BoomException.BadRequest("\"memberships[0].roleNames\" must be an array of names of roles");
        }

        return new(label, names.Distinct().ToList(), ReadExpiry(body, now));
    }

    /// <summary>The robot to store.</summary>
    public Robot Make(string projectId, string createdBy, DateTimeOffset now) => new()
    {
        Id = "p" + RandomNumberGenerator.GetString(Alphabet, IdLength),
        ProjectId = projectId,
        Label = Label,
        Roles = RoleNames,
        CreatedAt = now,
        CreatedBy = createdBy,
        UpdatedAt = now,
        ExpiresAt = ExpiresAt,
    };

    /// <summary>The roles that are named.</summary>
    /// <param name="roles">Those the project has.</param>
    /// <param name="names">Which to find.</param>
    /// <param name="field">Where the names come from, for errors.</param>
    /// <exception cref="BoomException">400: the project has no such role for tokens.</exception>
    public static IReadOnlyList<Role> FindRoles(
        IReadOnlyList<Role> roles, IReadOnlyList<string> names, string field) => names
            .Select(name => roles.FirstOrDefault(role => role.Name == name && role.AppliesToRobots)
                ?? throw BoomException.BadRequest(
                    $"\"{field}\" must be one of "
                    + string.Join(", ", roles.Where(role => role.AppliesToRobots).Select(role => role.Name))))
            .ToList();

    private static DateTimeOffset? ReadExpiry(JsonBody body, DateTimeOffset now)
    {
        var expiresAt = body.Time("expiresAt");
        return expiresAt is null || expiresAt > now
            ? expiresAt
            : throw BoomException.BadRequest("\"expiresAt\" must be in the future");
    }

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
