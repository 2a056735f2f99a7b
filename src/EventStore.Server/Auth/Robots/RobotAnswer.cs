using System.Text.Json;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth.Robots;

/// <summary>A robot as the Access API shows it, and as the Projects API does, where it is called a token.</summary>
internal static class RobotAnswer
{
    /// <summary>The robot of the Access API.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="robot">Which.</param>
    /// <param name="token">The text of its token in the one answer that shows it; null in all others.</param>
    public static void WriteRobot(Utf8JsonWriter writer, Robot robot, TokenText? token = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, robot.Id);
        writer.WriteString("label"u8, robot.Label);
        WriteTimes(writer, robot);
        writer.WriteStartArray("memberships"u8);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "project"u8);
        writer.WriteString("resourceId"u8, robot.ProjectId);
        writer.WriteStartArray("roleNames"u8);
        foreach (var role in robot.Roles)
        {
            writer.WriteStringValue(role);
        }

        writer.WriteEndArray();
        writer.WriteString("addedAt"u8, WireTime.Format(robot.CreatedAt));
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (token is not null)
        {
            writer.WriteString("token"u8, token.Reveal());
        }

        writer.WriteEndObject();
    }

    /// <summary>The token of the Projects API.</summary>
    public static void WriteToken(
        Utf8JsonWriter writer, Robot robot, IReadOnlyList<Role> roles, TokenText? token = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, robot.Id);
        if (token is not null)
        {
            writer.WriteString("key"u8, token.Reveal());
        }

        writer.WriteString("label"u8, robot.Label);
        writer.WriteString("projectUserId"u8, robot.Id);
        WriteTimes(writer, robot);
        RoleAnswer.WriteNames(writer, roles.Where(role => robot.Roles.Contains(role.Name)));
        writer.WriteEndObject();
    }

    private static void WriteTimes(Utf8JsonWriter writer, Robot robot)
    {
        writer.WriteString("createdAt"u8, WireTime.Format(robot.CreatedAt));
        writer.WriteString("createdBy"u8, robot.CreatedBy);
        writer.WriteString("updatedAt"u8, WireTime.Format(robot.UpdatedAt));
        WriteTime(writer, "expiresAt"u8, robot.ExpiresAt);
        WriteTime(writer, "lastUsedAt"u8, robot.LastUsedAt);
    }

    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, WireTime.Format(value));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
