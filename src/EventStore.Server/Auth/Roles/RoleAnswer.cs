using System.Text.Json;

namespace EventStore.Server.Auth.Roles;

/// <summary>Roles and rights as clients see them.</summary>
internal static class RoleAnswer
{
    /// <summary>A role with its rights.</summary>
    public static void Write(Utf8JsonWriter writer, Role role)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, role.Name);
        writer.WriteString("title"u8, role.Title);
        writer.WriteString("description"u8, role.Description);
        writer.WriteBoolean("isCustom"u8, role.IsCustom);
        writer.WriteBoolean("appliesToUsers"u8, role.AppliesToUsers);
        writer.WriteBoolean("appliesToRobots"u8, role.AppliesToRobots);
        writer.WritePropertyName("grants"u8);
        WriteGrants(writer, role.Permissions);
        writer.WriteStartArray("documents"u8);
        foreach (var grant in role.Documents)
        {
            WriteDocumentGrant(writer, grant);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary><c>"roles": [{name, title, description}]</c></summary>
    public static void WriteNames(Utf8JsonWriter writer, IEnumerable<Role> roles)
    {
        writer.WriteStartArray("roles"u8);
        foreach (var role in roles)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, role.Name);
            writer.WriteString("title"u8, role.Title);
            writer.WriteString("description"u8, role.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>{"sanity.project.datasets": [{"grants": [{"name": "read", "params": {}}]}]}</c></summary>
    public static void WriteGrants(Utf8JsonWriter writer, IEnumerable<Permission> permissions)
    {
        writer.WriteStartObject();
        foreach (var resource in permissions
            .GroupBy(permission => permission.Resource, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            writer.WriteStartArray(resource.Key);
            writer.WriteStartObject();
            writer.WriteStartArray("grants"u8);
            foreach (var name in resource.Select(permission => permission.Grant).Order(StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, name);
                writer.WriteStartObject("params"u8);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary><c>{"filter": …, "permissions": [ … ]}</c></summary>
    public static void WriteDocumentGrant(Utf8JsonWriter writer, DocumentGrant grant)
    {
        writer.WriteStartObject();
        writer.WriteString("filter"u8, grant.Filter.Expression);
        writer.WriteStartArray("permissions"u8);
        foreach (var name in DocumentPermissionNames.Of(grant.Permissions))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        if (grant.Dataset is not null)
        {
            writer.WriteString("dataset"u8, grant.Dataset);
        }

        writer.WriteEndObject();
    }
}
