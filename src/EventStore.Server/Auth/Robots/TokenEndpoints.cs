using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Robots;

/// <summary>Robots as the Projects API has them, where they are called tokens.</summary>
internal static class TokenEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects/{project}/tokens", ListAsync);
        routes.MapPost("/projects/{project}/tokens", CreateAsync);
        routes.MapDelete("/projects/{project}/tokens/{id}", DeleteAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, RobotStore robots, RoleStore roles)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadTokens);
        QueryParameters.Of(context.Request);
        var known = await roles.ListAsync(project.Id, context.RequestAborted);
        var list = await robots.ListAsync(project.Id, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(
            context, list, (writer, robot) => RobotAnswer.WriteToken(writer, robot, known));
    }

    private static async Task CreateAsync(HttpContext context, ProjectGate gate, RobotMaker maker)
    {
        var opened = await gate.OpenAsync(context, Permissions.CreateTokens);
        QueryParameters.Of(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var wanted = NewRobot.ReadToken(body, maker.Now);
        var (robot, roles, token) = await maker.MakeAsync(opened, wanted, "roleName", context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => RobotAnswer.WriteToken(writer, robot, roles, token));
    }

    private static async Task DeleteAsync(HttpContext context, string id, ProjectGate gate, RobotMaker maker)
    {
        var opened = await gate.OpenAsync(context, Permissions.DeleteTokens);
        QueryParameters.Of(context.Request);
        await maker.DeleteAsync(opened, id, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
