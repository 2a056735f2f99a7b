using System.Text.Json.Nodes;
using EventStore.Server.Activity;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// Roles: a project may make its own beside those that every project has. A change holds from the next request of
/// whoever has the role.
/// </summary>
internal static class RoleEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/roles", ListAsync);
        routes.MapGet("/projects/{project}/roles", ListAsync);
        routes.MapGet("/access/project/{project}/roles", ListDataAsync);
        routes.MapPost("/access/project/{project}/roles", CreateAsync);
        routes.MapGet("/access/project/{project}/roles/{name}", GetAsync);
        routes.MapPut("/access/project/{project}/roles/{name}", ReplaceAsync);
        routes.MapDelete("/access/project/{project}/roles/{name}", DeleteAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, RoleStore roles)
    {
        var list = await ReadAsync(context, gate, roles);
        await JsonAnswer.SendArrayAsync(context, list, RoleAnswer.Write);
    }

    private static async Task ListDataAsync(HttpContext context, ProjectGate gate, RoleStore roles) =>
        await DataAnswer.SendAsync(context, await ReadAsync(context, gate, roles), RoleAnswer.Write);

    private static async Task<IReadOnlyList<Role>> ReadAsync(HttpContext context, ProjectGate gate, RoleStore roles)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadRoles);
        QueryParameters.Of(context.Request);
        return await roles.ListAsync(project.Id, context.RequestAborted);
    }

    private static async Task GetAsync(HttpContext context, string name, ProjectGate gate, RoleStore roles)
    {
        var role = (await ReadAsync(context, gate, roles)).FirstOrDefault(role => role.Name == name)
            ?? throw NotFound();
        await JsonAnswer.SendAsync(context, writer => RoleAnswer.Write(writer, role));
    }

    private static async Task CreateAsync(HttpContext context, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateRoles);
        QueryParameters.Of(context.Request);
        var role = RoleBody.Read(await JsonBody.ReadAsync(context.Request, context.RequestAborted), null);
        AccessPolicy.RequireGrantable(caller, [role]);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        await RoleStore.LockAsync(change, project.Id, context.RequestAborted);
        if (await RoleStore.CountOthersAsync(change, project.Id, role.Name, context.RequestAborted)
            >= ServerLimits.RolesPerProject)
        {
            throw new BoomException(409, $"The project has {ServerLimits.RolesPerProject} roles of its own, the most");
        }

        if (BuiltInRoles.Find(role.Name) is not null
            || !await RoleStore.AddAsync(change, project.Id, role, context.RequestAborted))
        {
            throw new BoomException(409, $"\"name\": the project has a role \"{role.Name}\" already");
        }

        change.Record(new(project.Id, caller.UserId, "role.create", role.Name, Details(role)));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => RoleAnswer.Write(writer, role));
    }

    private static async Task ReplaceAsync(HttpContext context, string name, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.UpdateRoles);
        QueryParameters.Of(context.Request);
        RequireCustom(name);
        var role = RoleBody.Read(await JsonBody.ReadAsync(context.Request, context.RequestAborted), name);
        AccessPolicy.RequireGrantable(caller, [role]);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        await RoleStore.LockAsync(change, project.Id, context.RequestAborted);
        if (!await RoleStore.ReplaceAsync(change, project.Id, role, context.RequestAborted))
        {
            throw NotFound();
        }

        change.Record(new(project.Id, caller.UserId, "role.update", role.Name, Details(role)));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => RoleAnswer.Write(writer, role));
    }

    private static async Task DeleteAsync(HttpContext context, string name, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.DeleteRoles);
        QueryParameters.Of(context.Request);
        RequireCustom(name);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        await RoleStore.LockAsync(change, project.Id, context.RequestAborted);
        if (await RoleStore.CountUsersAsync(change, project.Id, name, context.RequestAborted) is > 0 and var users)
        {
            throw new BoomException(409, $"The role \"{name}\" is the role of {users} token(s): delete them first");
        }

        if (!await RoleStore.DeleteAsync(change, project.Id, name, context.RequestAborted))
        {
            throw NotFound();
        }

        change.Record(new(project.Id, caller.UserId, "role.delete", name));
        await change.CommitAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void RequireCustom(string name)
    {
        if (BuiltInRoles.Find(name) is not null)
        {
            throw new BoomException(409, $"The role \"{name}\" is one that every project has: it cannot be changed");
        }
    }

    private static JsonObject Details(Role role) => new()
    {
        ["title"] = role.Title,
        ["definition"] = JsonNode.Parse(RoleDefinition.Write(role.Permissions, role.Documents)),
    };

    private static BoomException NotFound() => BoomException.NotFound("Role not found");
}
