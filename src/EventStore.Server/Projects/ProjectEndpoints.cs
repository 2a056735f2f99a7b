using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Projects;

/// <summary>Lists, creates, changes and deletes projects.</summary>
internal static class ProjectEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects", ListAsync);
        routes.MapPost("/projects", CreateAsync);
        routes.MapGet("/projects/{project}", GetAsync);
        routes.MapPatch("/projects/{project}", UpdateAsync);
        routes.MapDelete("/projects/{project}", DeleteAsync);
    }

    private static async Task ListAsync(
        HttpContext context, Authenticator authenticator, ProjectDirectory directory, ProjectAnswer answer)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.RequireToken(caller);
        var parameters = QueryParameters.Of(context.Request);
        var organization = parameters.Text("organizationId");

        // Whoever sees a project here is explicitly a member of it: there is no membership by way of an organization.
        _ = parameters.Flag("onlyExplicitMembership");
        var projects = await directory.ListAsync(context.RequestAborted);
        await answer.SendAsync(context, caller, projects.Values.Where(project =>
            (organization is null || project.OrganizationId == organization)
            && AccessPolicy.Allows(caller, Permissions.ReadProject, project.Id)));
    }

    private static async Task GetAsync(HttpContext context, ProjectGate gate, ProjectAnswer answer)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.ReadProject);
        await answer.SendAsync(context, caller, project);
    }

    private static async Task CreateAsync(
        HttpContext context,
        Authenticator authenticator,
        ProjectDirectory directory,
        ProjectAnswer answer,
        ActivityLog activity)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        AccessPolicy.Require(caller, Permissions.CreateProject, null);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var project = ProjectFields.ReadNew(body, caller.UserId, change.Now);
        if (!await ProjectStore.InsertAsync(change, project, context.RequestAborted))
        {
            throw BoomException.Conflict($"\"id\": the project id \"{project.Id}\" is or was in use");
        }

        change.Record(new(
            project.Id, caller.UserId, "project.create", project.Id, new() { ["displayName"] = project.DisplayName }));
        await change.CommitAsync(context.RequestAborted);
        directory.Invalidate();
        await answer.SendAsync(context, caller, project);
    }

    private static async Task UpdateAsync(
        HttpContext context,
        ProjectGate gate,
        ProjectDirectory directory,
        ProjectAnswer answer,
        ActivityLog activity)
    {
        var opened = await gate.OpenAsync(context, Permissions.UpdateProject);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (ProjectFields.FirstOfOperator(body) is { } field && !opened.Caller.IsRoot)
        {
            throw new BoomException(
                StatusCodes.Status403Forbidden, $"\"{field}\" can be set by the operator of this server only");
        }

        await using var change = await activity.BeginAsync(context.RequestAborted);
        var before = await ProjectStore.FindForUpdateAsync(change, opened.Project.Id, context.RequestAborted)
            ?? throw ProjectResolver.NotFound();
        var after = ProjectFields.Apply(body, before) with { UpdatedAt = change.Now };
        await ProjectStore.UpdateAsync(change, after, context.RequestAborted);
        var changes = ProjectFields.Changes(before, after);
        change.Record(new(after.Id, opened.Caller.UserId, "project.update", after.Id, changes));
        await change.CommitAsync(context.RequestAborted);
        directory.Invalidate();
        await answer.SendAsync(context, opened.Caller, after);
    }

    private static async Task DeleteAsync(
        HttpContext context,
        ProjectGate gate,
        ProjectDirectory directory,
        DatasetCatalog datasets,
        DatasetErasure erasure,
        ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.DeleteProject);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        if (await ProjectStore.FindForUpdateAsync(change, project.Id, context.RequestAborted) is null)
        {
            throw ProjectResolver.NotFound();
        }

        var deleted = await datasets.DeleteAllAsync(change.Connection, project.Id, context.RequestAborted);
        await ProjectStore.DeleteAsync(change, project.Id, context.RequestAborted);
        change.Record(new(
            project.Id, caller.UserId, "project.delete", project.Id, new() { ["datasets"] = deleted }));
        await change.CommitAsync(context.RequestAborted);
        directory.Invalidate();
        erasure.Wake();
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }
}
