using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventStore.Server.Wire;

namespace EventStore.Server.Projects;

/// <summary>The settings of a project as a request names them.</summary>
internal static partial class ProjectFields
{
    /// <summary>What only the operator of the server may set.</summary>
    private static readonly string[] OfOperator = ["isBlocked", "isDisabled", "maxRetentionDays"];

    /// <summary>The project that a request to create one describes.</summary>
    /// <exception cref="BoomException">400: a field is missing or bad.</exception>
    public static Project ReadNew(JsonBody body, string createdBy, DateTimeOffset createdAt)
    {
        var id = body.Text("id") ?? ProjectId.Make();
        if (!ProjectId.IsValid(id))
        {
            throw BoomException.BadRequest($"\"id\" must be {ProjectId.Rule}");
        }

        var named = new Project(id, body.RequiredText("displayName"), createdAt) { CreatedBy = createdBy };
        return Apply(body, named);
    }

    /// <summary>The first field of a request that only the operator may set; null when there is none.</summary>
    public static string? FirstOfOperator(JsonBody body) => Array.Find(OfOperator, body.Contains);

    /// <summary>The project with the settings that a request names; of "metadata" the keys that it names.</summary>
    /// <exception cref="BoomException">400: a field is bad.</exception>
    public static Project Apply(JsonBody body, Project project) => project with
    {
        DisplayName = body.Contains("displayName") ? body.RequiredText("displayName") : project.DisplayName,
        OrganizationId = body.Contains("organizationId") ? ReadOrganization(body) : project.OrganizationId,
        StudioHost = body.Contains("studioHost") ? ReadStudioHost(body) : project.StudioHost,
        ExternalStudioHost = body.Contains("externalStudioHost")
            ? ReadExternalStudioHost(body)
            : project.ExternalStudioHost,
        IsBlocked = body.Flag("isBlocked") ?? project.IsBlocked,
        IsDisabled = body.Flag("isDisabled") ?? project.IsDisabled,
        IsDisabledByUser = body.Flag("isDisabledByUser") ?? project.IsDisabledByUser,
        ActivityFeedEnabled = body.Flag("activityFeedEnabled") ?? project.ActivityFeedEnabled,
        MaxRetentionDays = body.Contains("maxRetentionDays")
            ? body.Number("maxRetentionDays", 1, ServerLimits.MaxRetentionDays)
            : project.MaxRetentionDays,
        Metadata = Merge(project.Metadata, body.Object("metadata")),
    };

    /// <summary>Metadata with the keys of a request in place of the old ones; a null takes a key away.</summary>
    /// <exception cref="BoomException">400: it is too large.</exception>
    public static string Merge(string metadata, JsonObject? changes)
    {
        if (changes is null)
        {
            return metadata;
        }

        if (changes["color"] is { } color && color.GetValueKind() != System.Text.Json.JsonValueKind.String)
        {
            throw BoomException.BadRequest("\"metadata.color\" must be a text");
        }

        var merged = (JsonObject)JsonNode.Parse(metadata)!;
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = value.DeepClone();
            }
        }

        var text = merged.ToJsonString();
        if (text.Contains("\\u0000", StringComparison.Ordinal))
        {
            throw BoomException.BadRequest("\"metadata\" must not contain the character U+0000");
        }

        return Encoding.UTF8.GetByteCount(text) <= ServerLimits.MetadataBytes
            ? text
            : throw BoomException.BadRequest($"\"metadata\" must have at most {ServerLimits.MetadataBytes} bytes");
    }

    /// <summary>The settings that two states of a project differ in, as in the answer: what they are now.</summary>
    public static JsonObject Changes(Project before, Project after)
    {
        var changes = new JsonObject();
        void Add<T>(string name, T old, T now)
        {
            if (!EqualityComparer<T>.Default.Equals(old, now))
            {
                changes[name] = JsonValue.Create(now);
            }
        }

        Add("displayName", before.DisplayName, after.DisplayName);
        Add("organizationId", before.OrganizationId, after.OrganizationId);
        Add("studioHost", before.StudioHost, after.StudioHost);
        Add("externalStudioHost", before.ExternalStudioHost, after.ExternalStudioHost);
        Add("isBlocked", before.IsBlocked, after.IsBlocked);
        Add("isDisabled", before.IsDisabled, after.IsDisabled);
        Add("isDisabledByUser", before.IsDisabledByUser, after.IsDisabledByUser);
        Add("activityFeedEnabled", before.ActivityFeedEnabled, after.ActivityFeedEnabled);
        Add("maxRetentionDays", before.MaxRetentionDays, after.MaxRetentionDays);
        if (!JsonNode.DeepEquals(JsonNode.Parse(before.Metadata), JsonNode.Parse(after.Metadata)))
        {
            changes["metadata"] = JsonNode.Parse(after.Metadata);
        }

        return changes;
    }

    private static string? ReadOrganization(JsonBody body)
    {
        var id = body.Text("organizationId");
        return id is null or Organization.Id
            ? id
            : throw BoomException.BadRequest(
                $"\"organizationId\" must be \"{Organization.Id}\", the only organization");
    }

    private static string? ReadStudioHost(JsonBody body)
    {
        var host = body.OptionalText("studioHost");
        return host is null || HostPattern().IsMatch(host) || IsWebAddress(host)
            ? host
            : throw BoomException.BadRequest("\"studioHost\" must be a host name or an https address");
    }

    private static string? ReadExternalStudioHost(JsonBody body)
    {
        var address = body.OptionalText("externalStudioHost");
        return address is null || IsWebAddress(address)
            ? address
            : throw BoomException.BadRequest("\"externalStudioHost\" must be an http or https address");
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostPattern();
}
