using System.Globalization;
using System.Text.Json;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Cors;

/// <summary>Lists, registers and takes away origins; tells a page where it stands.</summary>
internal static class CorsEndpoints
{
    public const string CheckRoute = "/check/cors";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects/{project}/cors", ListAsync);
        routes.MapPost("/projects/{project}/cors", AddAsync);
        routes.MapDelete("/projects/{project}/cors/{id}", DeleteAsync);
        routes.MapGet(CheckRoute, CheckAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, CorsStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadCors);
        var origins = await store.ListAsync(project.Id, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(context, origins, Write);
    }

    private static async Task AddAsync(HttpContext context, ProjectGate gate, CorsPolicy policy, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateCors);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (!OriginPattern.TryParse(body.RequiredText("origin"), out var pattern))
        {
            throw BoomException.BadRequest($"\"origin\" must be {OriginPattern.Rule}");
        }

        var allowCredentials = body.Flag("allowCredentials") ?? false;
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var added = await CorsStore.InsertAsync(
            change, project.Id, pattern, allowCredentials, context.RequestAborted);
        change.Record(new(
            project.Id,
            caller.UserId,
            "cors.create",
            pattern.Text,
            new() { ["id"] = added.Id, ["allowCredentials"] = allowCredentials }));
        await change.CommitAsync(context.RequestAborted);
        policy.Invalidate();
        await JsonAnswer.SendAsync(context, writer => Write(writer, added));
    }

    private static async Task DeleteAsync(
        HttpContext context, string id, ProjectGate gate, CorsPolicy policy, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.DeleteCors);
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw BoomException.BadRequest("\"id\" must be the number of a CORS origin");
        }

        await using var change = await activity.BeginAsync(context.RequestAborted);
        var origin = await CorsStore.DeleteAsync(change, project.Id, number, context.RequestAborted)
            ?? throw BoomException.NotFound("CORS origin not found");
        change.Record(new(project.Id, caller.UserId, "cors.delete", origin, new() { ["id"] = number }));
        await change.CommitAsync(context.RequestAborted);
        policy.Invalidate();
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }

    /// <summary>Open to everybody: who asks wants to know why nothing else can be read.</summary>
    private static async Task CheckAsync(HttpContext context, ProjectResolver projects, CorsPolicy policy)
    {
        var project = await projects.ResolveAsync(context, Caller.Anonymous, context.RequestAborted);

        // What is not a page is not restricted.
        var decision = context.Request.Headers.Origin is [{ Length: > 0 } origin]
            ? await policy.DecideAsync(origin, project, context.RequestAborted)
            : new(true, true);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("result"u8);
            writer.WriteBoolean("allowed"u8, decision.IsAllowed);
            writer.WriteBoolean("withCredentials"u8, decision.WithCredentials);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, CorsOrigin origin)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, origin.Id);
        writer.WriteString("origin"u8, origin.Pattern.Text);
        writer.WriteBoolean("allowCredentials"u8, origin.AllowCredentials);
        writer.WriteString("createdAt"u8, WireTime.Format(origin.CreatedAt));
        writer.WriteString("updatedAt"u8, WireTime.Format(origin.UpdatedAt));
        writer.WriteNull("deletedAt"u8);
        writer.WriteString("projectId"u8, origin.ProjectId);
        writer.WriteEndObject();
    }
}
