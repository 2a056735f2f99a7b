using System.Text.Json;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Projects;

/// <summary>The one organization there is, for clients that choose one before they create a project.</summary>
internal static class OrganizationEndpoints
{
    private const string GrantsOfOperator = """
        {"sanity.organization.projects":[{"grants":[{"name":"attach","params":{}},{"name":"create","params":{}}]}]}
        """;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/organizations", ListAsync);
        routes.MapGet("/organizations/{organization}", GetAsync);
        routes.MapGet("/organizations/{organization}/grants", ListGrantsAsync);
    }

    public static void WriteOrNull(Utf8JsonWriter writer, string? id)
    {
        if (id is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("id"u8, Organization.Id);
        writer.WriteString("name"u8, Organization.Name);
        writer.WriteString("slug"u8, Organization.Id);
        writer.WriteEndObject();
    }

    private static async Task ListAsync(HttpContext context, Authenticator authenticator)
    {
        AccessPolicy.RequireToken(await authenticator.AuthenticateAsync(context));
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            WriteOrNull(writer, Organization.Id);
            writer.WriteEndArray();
        });
    }

    private static async Task GetAsync(HttpContext context, string organization, Authenticator authenticator)
    {
        AccessPolicy.RequireToken(await authenticator.AuthenticateAsync(context));
        RequireKnown(organization);
        await JsonAnswer.SendAsync(context, writer => WriteOrNull(writer, organization));
    }

    private static async Task ListGrantsAsync(HttpContext context, string organization, Authenticator authenticator)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        RequireKnown(organization);
        var mayCreate = AccessPolicy.Allows(caller, Permissions.CreateProject, null);
        await JsonAnswer.SendAsync(context, writer => writer.WriteRawValue(mayCreate ? GrantsOfOperator : "{}"));
    }

    private static void RequireKnown(string organization)
    {
        if (organization != Organization.Id)
        {
            throw BoomException.NotFound("Organization not found");
        }
    }
}
