using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Auth.Users;

/// <summary>Who the caller is, and who others are.</summary>
internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/id", GetIdAsync);
        routes.MapGet("/users/me", GetMeAsync);
        routes.MapGet("/users/{ids}", GetManyAsync);
        routes.MapGet("/projects/{project}/users/{id}", GetInProjectAsync);
        routes.MapGet("/invitations/project/{project}", ListInvitationsAsync);
    }

    private static async Task GetIdAsync(HttpContext context, Authenticator authenticator)
    {
        var caller = await RequireCallerAsync(context, authenticator);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, caller.UserId);
            writer.WriteString("expiry"u8, caller.ExpiresAt is { } time ? WireTime.Format(time) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task GetMeAsync(HttpContext context, Authenticator authenticator)
    {
        var caller = await RequireCallerAsync(context, authenticator);
        await JsonAnswer.SendAsync(context, writer => MemberAnswer.WriteMe(writer, caller));
    }

    /// <summary>One id gives an object, several give an array of those that are found.</summary>
    private static async Task GetManyAsync(
        HttpContext context, string ids, Authenticator authenticator, MemberDirectory members)
    {
        var caller = await RequireCallerAsync(context, authenticator);
        var asked = ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(id => id == "me" ? caller.UserId : id)
            .Distinct()
            .ToList();
        if (asked.Count is 0 or > ServerLimits.UserIds)
        {
            throw BoomException.BadRequest($"The path must have 1 to {ServerLimits.UserIds} user ids");
        }

        var found = await members.FindAsync(caller, asked, context.RequestAborted);
        if (asked.Count == 1 && found.Count == 0)
        {
            throw BoomException.NotFound("User not found");
        }

        await JsonAnswer.SendAsync(context, writer =>
        {
            if (asked.Count == 1)
            {
                MemberAnswer.WriteUser(writer, found[0], caller);
                return;
            }

            writer.WriteStartArray();
            foreach (var member in found)
            {
                MemberAnswer.WriteUser(writer, member, caller);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task GetInProjectAsync(
        HttpContext context, string id, ProjectGate gate, MemberDirectory members)
    {
        var (caller, project) = await gate.OpenAsync(context);
        QueryParameters.Of(context.Request);
        id = id == "me" ? caller.UserId : id;
        if (id != caller.UserId)
        {
            AccessPolicy.Require(caller, Permissions.ReadMembers, project.Id);
        }

        var list = await members.ListAsync(project.Id, context.RequestAborted);
        var found = list.FirstOrDefault(member => member.Id == id) ?? throw BoomException.NotFound("User not found");
        await JsonAnswer.SendAsync(context, writer => MemberAnswer.WriteProjectUser(writer, found, project));
    }

    /// <summary>Nobody is invited here: access is given by making a token.</summary>
    private static async Task ListInvitationsAsync(HttpContext context, ProjectGate gate)
    {
        await gate.OpenAsync(context, Permissions.ReadMembers);
        QueryParameters.Of(context.Request);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        });
    }

    private static async ValueTask<Caller> RequireCallerAsync(HttpContext context, Authenticator authenticator)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        QueryParameters.Of(context.Request);
        return caller;
    }
}
