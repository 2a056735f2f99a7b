using System.Text.Json.Nodes;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Robots;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Users;

/// <summary>
/// The members of a project and their roles. A role given or taken away holds from the member's next request.
/// </summary>
internal static class MemberEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/access/project/{project}/users", ListAsync);
        routes.MapPut("/access/project/{project}/users/{id}/roles/{role}", GiveAsync);
        routes.MapDelete("/access/project/{project}/users/{id}/roles/{role}", TakeAsync);
    }

    private static async Task ListAsync(
        HttpContext context, ProjectGate gate, MemberDirectory members, RoleStore roles)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.ReadMembers);
        QueryParameters.Of(context.Request);
        var known = await roles.ListAsync(project.Id, context.RequestAborted);
        var list = await members.ListAsync(project.Id, context.RequestAborted);
        await DataAnswer.SendAsync(
            context, list, (writer, member) => MemberAnswer.WriteMember(writer, member, project, caller, known));
    }

    private static Task GiveAsync(
        HttpContext context,
        string id,
        string role,
        ProjectGate gate,
        RobotStore robots,
        RoleStore roles,
        ActivityLog activity) =>
        ChangeAsync(context, id, gate, robots, roles, activity, async (opened, before) =>
        {
            var known = await roles.ListAsync(opened.Project.Id, context.RequestAborted);
            AccessPolicy.RequireGrantable(opened.Caller, NewRobot.FindRoles(known, [role], "role"));
            return [.. before.Append(role).Distinct()];
        });

    private static Task TakeAsync(
        HttpContext context,
        string id,
        string role,
        ProjectGate gate,
        RobotStore robots,
        RoleStore roles,
        ActivityLog activity) =>
        ChangeAsync(context, id, gate, robots, roles, activity, (_, before) => before.Contains(role)
            ? Task.FromResult<IReadOnlyList<string>>([.. before.Where(name => name != role)])
            : throw BoomException.NotFound($"The member does not have the role \"{role}\""));

    private static async Task ChangeAsync(
        HttpContext context,
        string id,
        ProjectGate gate,
        RobotStore robots,
        RoleStore roles,
        ActivityLog activity,
        Func<ProjectRequest, IReadOnlyList<string>, Task<IReadOnlyList<string>>> choose)
    {
        var opened = await gate.OpenAsync(context, Permissions.UpdateMembers);
        QueryParameters.Of(context.Request);
        var project = opened.Project;
        await using (var change = await activity.BeginAsync(context.RequestAborted))
        {
            await RoleStore.LockAsync(change, project.Id, context.RequestAborted);
            var robot = (await robots.FindAsync([id], context.RequestAborted))
                .SingleOrDefault(found => found.ProjectId == project.Id && !found.IsDeleted)
                ?? throw NotFound(id);
            var after = await choose(opened, robot.Roles);
            if (!await RobotStore.SetRolesAsync(change, project.Id, id, after, context.RequestAborted))
            {
                throw NotFound(id);
            }

            change.Record(new(project.Id, opened.Caller.UserId, "member.update", id, new()
            {
                ["roles"] = new JsonArray([.. after.Select(name => JsonValue.Create(name))]),
            }));
            await change.CommitAsync(context.RequestAborted);
        }

        var member = Member.Of((await robots.FindAsync([id], context.RequestAborted)).Single());
        var known = await roles.ListAsync(project.Id, context.RequestAborted);
        await JsonAnswer.SendAsync(
            context, writer => MemberAnswer.WriteMember(writer, member, project, opened.Caller, known));
    }

    private static BoomException NotFound(string id) => id == Member.Root.Id
        ? new(409, "The roles of root cannot be changed")
        : BoomException.NotFound("User not found");
}
