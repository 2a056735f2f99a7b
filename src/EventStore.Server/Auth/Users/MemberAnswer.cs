using System.Text.Json;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth.Users;

/// <summary>Users and members as clients see them.</summary>
internal static class MemberAnswer
{
    /// <summary>A user of <c>/users/{ids}</c>.</summary>
    public static void WriteUser(Utf8JsonWriter writer, Member member, Caller caller)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, member.Id);
        writer.WriteString("sanityUserId"u8, member.Id);
        WriteName(writer, member);
        writer.WriteNull("email"u8);
        writer.WriteString("provider"u8, Provider(member.IsRobot));
        writer.WriteBoolean("isRobot"u8, member.IsRobot);
        writer.WriteBoolean("isCurrentUser"u8, member.Id == caller.UserId);
        WriteTimes(writer, member);
        writer.WriteEndObject();
    }

    /// <summary>A user of <c>/projects/{project}/users/{id}</c>.</summary>
    public static void WriteProjectUser(Utf8JsonWriter writer, Member member, Project project)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, member.Id);
        writer.WriteString("sanityUserId"u8, member.Id);
        writer.WriteString("projectId"u8, project.Id);
        WriteName(writer, member);
        writer.WriteBoolean("isRobot"u8, member.IsRobot);
        WriteTimes(writer, member, project);
        writer.WriteEndObject();
    }

    /// <summary>A member in a project's list of them.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="member">Who.</param>
    /// <param name="project">In which project.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="roles">The roles of the project.</param>
    public static void WriteMember(
        Utf8JsonWriter writer, Member member, Project project, Caller caller, IReadOnlyList<Role> roles)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, member.Id);
        writer.WriteBoolean("isRobot"u8, member.IsRobot);
        writer.WriteBoolean("isCurrentUser"u8, member.Id == caller.UserId);
        WriteTimes(writer, member, project);
        RoleAnswer.WriteNames(writer, roles.Where(role => member.RoleNames.Contains(role.Name)));
        writer.WriteEndObject();
    }

    /// <summary>The caller itself, as <c>/users/me</c> shows it.</summary>
    public static void WriteMe(Utf8JsonWriter writer, Caller caller)
    {
        var roles = caller.IsRoot ? [BuiltInRoles.Find(BuiltInRoles.AdministratorName)!] : caller.Roles;
        writer.WriteStartObject();
        writer.WriteString("id"u8, caller.UserId);
        writer.WriteString("name"u8, caller.DisplayName);
        writer.WriteString("email"u8, string.Empty);
        writer.WriteNull("profileImage"u8);
        writer.WriteString("role"u8, roles is [var first, ..] ? first.Name : string.Empty);
        RoleAnswer.WriteNames(writer, roles);
        writer.WriteString("provider"u8, Provider(caller.Kind == CallerKind.Robot));
        writer.WriteEndObject();
    }

    private static string Provider(bool isRobot) => isRobot ? "sanity-token" : "root-token";

    private static void WriteName(Utf8JsonWriter writer, Member member)
    {
        writer.WriteString("displayName"u8, member.DisplayName);
        writer.WriteNull("familyName"u8);
        writer.WriteNull("givenName"u8);
        writer.WriteNull("imageUrl"u8);
    }

    /// <summary>Root has been a member as long as there has been a project.</summary>
    private static void WriteTimes(Utf8JsonWriter writer, Member member, Project? project = null)
    {
        var createdAt = member.CreatedAt ?? project?.CreatedAt ?? DateTimeOffset.UnixEpoch;
        writer.WriteString("createdAt"u8, WireTime.Format(createdAt));
        writer.WriteString("updatedAt"u8, WireTime.Format(member.UpdatedAt ?? createdAt));
    }
}
