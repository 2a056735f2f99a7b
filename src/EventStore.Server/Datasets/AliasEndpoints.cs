using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Datasets;

/// <summary>Lists, creates, links and deletes the aliases of datasets.</summary>
internal static class AliasEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/aliases", ListAsync);
        routes.MapPut("/aliases/{alias}", CreateAsync);
        routes.MapPatch("/aliases/{alias}", LinkAsync);
        routes.MapPatch("/aliases/{alias}/unlink", UnlinkAsync);
        routes.MapDelete("/aliases/{alias}", DeleteAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, AliasStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var aliases = await store.ListAsync(project.Id, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(context, aliases, (writer, alias) =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, alias.Name);
            writer.WriteString("datasetName"u8, alias.DatasetName);
            writer.WriteString("createdAt"u8, WireTime.Format(alias.CreatedAt));
            writer.WriteEndObject();
        });
    }

    private static async Task CreateAsync(
        HttpContext context, string alias, ProjectGate gate, DatasetCatalog catalog, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateDatasets);
        var name = Plain(alias);
        if (!DatasetName.TryParse(name, out _, out var reason))
        {
            throw BoomException.BadRequest($"\"alias\": {reason}");
        }

        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var target = await ReadTargetAsync(body, project, catalog, context.RequestAborted);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        if (!await AliasStore.InsertAsync(change, project.Id, name, target?.Number, context.RequestAborted))
        {
            throw BoomException.Conflict($"Alias \"~{name}\" already exists");
        }

        var linked = target?.Name.Value;
        change.Record(new(project.Id, caller.UserId, "alias.create", name, new() { ["datasetName"] = linked }));
        await change.CommitAsync(context.RequestAborted);
        await SendAsync(context, name, linked);
    }

    private static async Task LinkAsync(
        HttpContext context, string alias, ProjectGate gate, DatasetCatalog catalog, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.UpdateDatasets);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var target = await ReadTargetAsync(body, project, catalog, context.RequestAborted)
            ?? throw BoomException.BadRequest("\"datasetName\" is required");
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var found = await FindAsync(change, project, alias, context.RequestAborted);
        await AliasStore.UpdateAsync(change, project.Id, found.Name, target.Number, context.RequestAborted);
        var linked = target.Name.Value;
        change.Record(new(project.Id, caller.UserId, "alias.link", found.Name, new() { ["datasetName"] = linked }));
        await change.CommitAsync(context.RequestAborted);
        await SendAsync(context, found.Name, linked);
    }

    /// <summary>Answers with the dataset that the alias stood for.</summary>
    private static async Task UnlinkAsync(HttpContext context, string alias, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.UpdateDatasets);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var found = await FindAsync(change, project, alias, context.RequestAborted);
        await AliasStore.UpdateAsync(change, project.Id, found.Name, null, context.RequestAborted);
        change.Record(new(
            project.Id, caller.UserId, "alias.unlink", found.Name, new() { ["datasetName"] = found.DatasetName }));
        await change.CommitAsync(context.RequestAborted);
        await SendAsync(context, found.Name, found.DatasetName);
    }

    private static async Task DeleteAsync(HttpContext context, string alias, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.DeleteDatasets);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var found = await FindAsync(change, project, alias, context.RequestAborted);
        await AliasStore.DeleteAsync(change, project.Id, found.Name, context.RequestAborted);
        change.Record(new(
            project.Id, caller.UserId, "alias.delete", found.Name, new() { ["datasetName"] = found.DatasetName }));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }

    private static string Plain(string alias) => DatasetAlias.IsAlias(alias) ? alias[1..] : alias;

    private static async Task<DatasetAlias> FindAsync(
        ManagementTransaction change, Project project, string alias, CancellationToken cancellationToken) =>
        await AliasStore.FindForUpdateAsync(change, project.Id, Plain(alias), cancellationToken)
        ?? throw BoomException.NotFound("Alias not found");

    private static async Task<Dataset?> ReadTargetAsync(
        JsonBody body, Project project, DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        if (body.Text("datasetName", Log.Limits.DatasetNameLength) is not { } name)
        {
            return null;
        }

        return await catalog.FindAsync(project.Id, name, cancellationToken)
            ?? throw BoomException.NotFound($"\"datasetName\": dataset \"{name}\" not found");
    }

    private static Task SendAsync(HttpContext context, string alias, string? dataset) =>
        JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("aliasName"u8, alias);
            writer.WriteString("datasetName"u8, dataset);
            writer.WriteEndObject();
        });
}
