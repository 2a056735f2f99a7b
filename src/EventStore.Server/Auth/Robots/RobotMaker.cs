using System.Text.Json.Nodes;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Projects;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth.Robots;

/// <summary>Makes and deletes robots for both APIs, and records it.</summary>
internal sealed class RobotMaker(RobotStore robots, RoleStore roles, ActivityLog activity, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Makes a robot with a token.</summary>
    /// <param name="opened">Who asks, in which project.</param>
    /// <param name="wanted">What for.</param>
    /// <param name="field">Where the request names roles, for errors.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="BoomException">400: there is no such role; 403: it may do more than the caller; 409: there are
    /// too many tokens.</exception>
    public async Task<(Robot Robot, IReadOnlyList<Role> Roles, TokenText Token)> MakeAsync(
        ProjectRequest opened, NewRobot wanted, string field, CancellationToken cancellationToken)
    {
        var projectId = opened.Project.Id;
        await using var change = await activity.BeginAsync(cancellationToken);
        await RoleStore.LockAsync(change, projectId, cancellationToken);
        var given = NewRobot.FindRoles(await roles.ListAsync(projectId, cancellationToken), wanted.RoleNames, field);
        AccessPolicy.RequireGrantable(opened.Caller, given);
        var robot = wanted.Make(projectId, opened.Caller.UserId, change.Now);
        var token = await robots.AddAsync(change, robot, cancellationToken);
        change.Record(new(projectId, opened.Caller.UserId, "token.create", robot.Id, new()
        {
            ["label"] = robot.Label,
            ["roles"] = new JsonArray([.. robot.Roles.Select(role => JsonValue.Create(role))]),
            ["expiresAt"] = robot.ExpiresAt is { } time ? WireTime.Format(time) : null,
        }));
        await change.CommitAsync(cancellationToken);
        return (robot, given, token);
    }

    /// <summary>Deletes a robot's token for good.</summary>
    /// <exception cref="BoomException">404: the project has no such robot.</exception>
    public async Task DeleteAsync(ProjectRequest opened, string id, CancellationToken cancellationToken)
    {
        await using var change = await activity.BeginAsync(cancellationToken);
        var label = await RobotStore.DeleteAsync(change, opened.Project.Id, id, cancellationToken)
            ?? throw NotFound();
        change.Record(new(
            opened.Project.Id, opened.Caller.UserId, "token.delete", id, new() { ["label"] = label }));
        await change.CommitAsync(cancellationToken);
    }

    public static BoomException NotFound() => BoomException.NotFound("Token not found");
}
