using System.Text.Json;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Users;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Projects;

/// <summary>Projects as clients see them; the query says how much of them.</summary>
internal sealed class ProjectAnswer(MemberDirectory members, RoleStore roles)
{
    /// <summary>Sends one project.</summary>
    public async Task SendAsync(HttpContext context, Caller caller, Project project)
    {
        var parts = Parts.Of(context.Request);
        var view = await ViewAsync(caller, project, parts, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => Write(writer, caller, view, parts));
    }

    /// <summary>Sends projects as a list.</summary>
    public async Task SendAsync(HttpContext context, Caller caller, IEnumerable<Project> projects)
    {
        var parts = Parts.Of(context.Request);
        var views = new List<View>();
        foreach (var project in projects)
        {
            views.Add(await ViewAsync(caller, project, parts, context.RequestAborted));
        }

        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (var view in views)
            {
                Write(writer, caller, view, parts);
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, Caller caller, View view, Parts parts)
    {
        var project = view.Project;
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
        if (parts.Members)
        {
            writer.WriteStartArray("members"u8);
            foreach (var member in view.Members)
            {
                MemberAnswer.WriteMember(writer, member, project, caller, view.Roles);
            }

            writer.WriteEndArray();
        }

        if (parts.Features)
        {
            writer.WriteStartArray("features"u8);
            foreach (var feature in ProjectFeatures.All)
            {
                writer.WriteStringValue(feature);
            }

            writer.WriteEndArray();
        }

        if (parts.Organization)
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

    private async Task<View> ViewAsync(
        Caller caller, Project project, Parts parts, CancellationToken cancellationToken) =>
        parts.Members && AccessPolicy.Allows(caller, Permissions.ReadMembers, project.Id)
            ? new(
                project,
                await members.ListAsync(project.Id, cancellationToken),
                await roles.ListAsync(project.Id, cancellationToken))
            : new(project, [], []);

    private sealed record View(Project Project, IReadOnlyList<Member> Members, IReadOnlyList<Role> Roles);

    private sealed record Parts(bool Members, bool Features, bool Organization)
    {
        public static Parts Of(HttpRequest request)
        {
            var parameters = QueryParameters.Of(request);
            return new(
                parameters.Flag("includeMembers") ?? true,
                parameters.Flag("includeFeatures") ?? true,
                parameters.Flag("includeOrganization") ?? false);
        }
    }
}
