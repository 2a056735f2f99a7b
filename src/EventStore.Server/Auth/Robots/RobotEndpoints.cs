using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Robots;

/// <summary>Robots as the Access API has them: list, get, create (the secret is shown once), delete, rotate.</summary>
internal static class RobotEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/access/project/{project}/robots", ListAsync);
        routes.MapPost("/access/project/{project}/robots", CreateAsync);
        routes.MapGet("/access/project/{project}/robots/{id}", GetAsync);
        routes.MapDelete("/access/project/{project}/robots/{id}", DeleteAsync);
        routes.MapGet("/access/robots/me", GetMeAsync);
        routes.MapPost("/access/robots/me/rotate", RotateAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, RobotStore robots)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadTokens);
        QueryParameters.Of(context.Request);
        var list = await robots.ListAsync(project.Id, context.RequestAborted);
        await DataAnswer.SendAsync(context, list, static (writer, robot) => RobotAnswer.WriteRobot(writer, robot));
    }

    private static async Task CreateAsync(HttpContext context, ProjectGate gate, RobotMaker maker)
    {
        var opened = await gate.OpenAsync(context, Permissions.CreateTokens);
        QueryParameters.Of(context.Request).Flag("sendNotification");
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var wanted = NewRobot.ReadRobot(body, opened.Project.Id, maker.Now);
        var (robot, _, token) = await maker.MakeAsync(
            opened, wanted, "memberships[0].roleNames", context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => RobotAnswer.WriteRobot(writer, robot, token));
    }

    private static async Task GetAsync(HttpContext context, string id, ProjectGate gate, RobotStore robots)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadTokens);
        QueryParameters.Of(context.Request);
        var robot = (await robots.FindAsync([id], context.RequestAborted))
            .SingleOrDefault(found => found.ProjectId == project.Id && !found.IsDeleted)
            ?? throw RobotMaker.NotFound();
        await JsonAnswer.SendAsync(context, writer => RobotAnswer.WriteRobot(writer, robot));
    }

    private static async Task DeleteAsync(HttpContext context, string id, ProjectGate gate, RobotMaker maker)
    {
        var opened = await gate.OpenAsync(context, Permissions.DeleteTokens);
        QueryParameters.Of(context.Request);
        await maker.DeleteAsync(opened, id, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task GetMeAsync(HttpContext context, Authenticator authenticator, RobotStore robots)
    {
        var caller = await RequireRobotAsync(context, authenticator);
        var robot = (await robots.FindAsync([caller.UserId], context.RequestAborted)).Single();
        await JsonAnswer.SendAsync(context, writer => RobotAnswer.WriteRobot(writer, robot));
    }

    /// <summary>A robot replaces its own token; the one it came with is refused from now on.</summary>
    private static async Task RotateAsync(
        HttpContext context, Authenticator authenticator, RobotStore robots, ActivityLog activity)
    {
        var caller = await RequireRobotAsync(context, authenticator);
        TokenText token;
        await using (var change = await activity.BeginAsync(context.RequestAborted))
        {
            token = await robots.RotateAsync(change, caller.UserId, context.RequestAborted)
                ?? throw AccessPolicy.Unauthorized("The token is not known");
            change.Record(new(caller.ProjectId, caller.UserId, "token.rotate", caller.UserId));
            await change.CommitAsync(context.RequestAborted);
        }

        var robot = (await robots.FindAsync([caller.UserId], context.RequestAborted)).Single();
        await JsonAnswer.SendAsync(context, writer => RobotAnswer.WriteRobot(writer, robot, token));
    }

    private static async ValueTask<Caller> RequireRobotAsync(HttpContext context, Authenticator authenticator)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        QueryParameters.Of(context.Request);
        return caller.Kind == CallerKind.Robot
            ? caller
            : throw new BoomException(StatusCodes.Status403Forbidden, "The token is not one of a project");
    }
}
