using System.Text.Json;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Projects;

/// <summary>The projects as the management API shows them.</summary>
internal static class ProjectEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects", ListAsync);
        routes.MapGet("/projects/{project}", GetAsync);
    }

    private static async Task ListAsync(HttpContext context, Authenticator authenticator, ProjectDirectory directory)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        var projects = await directory.ListAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (var project in projects.Values.Where(
                project => AccessPolicy.Allows(caller, Permissions.ReadProject, project.Id)))
            {
                Write(writer, project);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task GetAsync(HttpContext context, ProjectGate gate)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadProject);
        await JsonAnswer.SendAsync(context, writer => Write(writer, project));
    }

    private static void Write(Utf8JsonWriter writer, Project project)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, project.Id);
        writer.WriteString("displayName"u8, project.DisplayName);
        writer.WriteNull("studioHost"u8);
        writer.WriteNull("organizationId"u8);
        writer.WriteBoolean("isBlocked"u8, false);
        writer.WriteBoolean("isDisabled"u8, false);
        writer.WriteBoolean("isDisabledByUser"u8, false);
        writer.WriteString("createdAt"u8, WireTime.Format(project.CreatedAt));
        WriteEmptyArray(writer, "members"u8);
        WriteEmptyArray(writer, "features"u8);
        writer.WriteStartObject("metadata"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteEmptyArray(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartArray(name);
        writer.WriteEndArray();
    }
}
