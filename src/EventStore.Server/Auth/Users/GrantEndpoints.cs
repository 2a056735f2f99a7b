using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Users;

/// <summary>What the caller may do, in the shapes that clients ask for it.</summary>
internal static class GrantEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users/me/grants", GetAllAsync);
        routes.MapGet("/grants", GetGrantsAsync);
        routes.MapGet("/projects/{project}/grants", GetGrantsAsync);
        routes.MapGet("/permissions", GetPermissionsAsync);
        routes.MapGet("/projects/{project}/permissions", GetPermissionsAsync);
        routes.MapGet("/features", GetFeaturesAsync);
        routes.MapGet("/projects/{project}/features", GetFeaturesAsync);
        routes.MapGet("/datasets/{dataset}/acl", GetAccessAsync);
    }

    private static async Task GetAllAsync(HttpContext context, Authenticator authenticator, ProjectDirectory directory)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        QueryParameters.Of(context.Request);
        var projects = await directory.ListAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("organizations"u8);
            writer.WriteEndObject();
            writer.WriteStartObject("projects"u8);
            foreach (var project in projects.Keys.Where(id => caller.IsRoot || caller.ProjectId == id))
            {
                writer.WritePropertyName(project);
                RoleAnswer.WriteGrants(writer, PermissionsOf(caller, project));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static async Task GetGrantsAsync(HttpContext context, ProjectGate gate)
    {
        var (caller, project) = await gate.OpenAsync(context);
        QueryParameters.Of(context.Request);
        await JsonAnswer.SendAsync(
            context, writer => RoleAnswer.WriteGrants(writer, PermissionsOf(caller, project.Id)));
    }

    private static async Task GetPermissionsAsync(HttpContext context, ProjectGate gate)
    {
        var (caller, project) = await gate.OpenAsync(context);
        QueryParameters.Of(context.Request);
        await SendTextsAsync(context, PermissionsOf(caller, project.Id).Select(permission => permission.ToString()));
    }

    private static async Task GetFeaturesAsync(HttpContext context, ProjectGate gate)
    {
        await gate.OpenAsync(context);
        QueryParameters.Of(context.Request);
        await SendTextsAsync(context, ProjectFeatures.All);
    }

    /// <summary>A Studio evaluates the filters itself to know what it may offer to edit.</summary>
    private static async Task GetAccessAsync(HttpContext context, string dataset, DatasetGate gate)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.None);
        QueryParameters.Of(context.Request);
        await JsonAnswer.SendArrayAsync(
            context, opened.Access.Grants, (writer, grant) => RoleAnswer.WriteDocumentGrant(writer, grant with { Dataset = null }));
    }

    private static IEnumerable<Permission> PermissionsOf(Caller caller, string projectId) =>
        Permissions.OfProjects.Where(permission => AccessPolicy.Allows(caller, permission, projectId));

    private static Task SendTextsAsync(HttpContext context, IEnumerable<string> texts) =>
        JsonAnswer.SendArrayAsync(context, texts, (writer, text) => writer.WriteStringValue(text));
}
