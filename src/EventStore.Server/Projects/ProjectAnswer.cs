using System.Text.Json;
using EventStore.Server.Wire;

namespace EventStore.Server.Projects;

/// <summary>A project as clients see it.</summary>
internal static class ProjectAnswer
{
    public static void Write(
        Utf8JsonWriter writer, Project project, bool includeMembers, bool includeFeatures, bool includeOrganization)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, project.Id);
        writer.WriteString("displayName"u8, project.DisplayName);
        writer.WriteString("studioHost"u8, project.StudioHost);
        writer.WriteString("externalStudioHost"u8, project.ExternalStudioHost);
        writer.WriteString("organizationId"u8, project.OrganizationId);
        writer.WriteBoolean("isBlocked"u8, project.IsBlocked);
        writer.WriteBoolean("isDisabled"u8, project.IsDisabled);
        writer.WriteBoolean("isDisabledByUser"u8, project.IsDisabledByUser);
        writer.WriteBoolean("activityFeedEnabled"u8, project.ActivityFeedEnabled);
        WriteNumber(writer, "maxRetentionDays"u8, project.MaxRetentionDays);
        writer.WriteString("createdAt"u8, WireTime.Format(project.CreatedAt));
        writer.WriteString("updatedAt"u8, WireTime.Format(project.UpdatedAt ?? project.CreatedAt));
        writer.WritePropertyName("metadata"u8);
        writer.WriteRawValue(project.Metadata);
        if (includeMembers)
        {
            writer.WriteStartArray("members"u8);
            writer.WriteEndArray();
        }

        if (includeFeatures)
        {
            writer.WriteStartArray("features"u8);
            writer.WriteEndArray();
        }

        if (includeOrganization)
        {
            writer.WritePropertyName("organization"u8);
            OrganizationEndpoints.WriteOrNull(writer, project.OrganizationId);
        }

        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
