using System.Text.Json;
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

/// <summary>Lists, creates, changes and deletes datasets.</summary>
internal static class DatasetEndpoints
{
    private const string DefaultAclMode = "public";

    /// <summary>The one kind of dataset there is; clients also ask for those that keep comments.</summary>
    private const string Profile = "content";

    public static readonly IReadOnlyList<string> AclModes = ["public", "private", "custom"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/datasets", ListAsync);
        routes.MapGet("/datasets/{dataset}", GetAsync);
        routes.MapPut("/datasets/{dataset}", CreateAsync);
        routes.MapPatch("/datasets/{dataset}", UpdateAsync);
        routes.MapDelete("/datasets/{dataset}", DeleteAsync);
        routes.MapGet("/data/ping/{dataset}", PingAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, DatasetStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var parameters = QueryParameters.Of(context.Request);
        var isEmpty = (parameters.Text("datasetProfile") ?? Profile) != Profile
            || parameters.Text("addonFor") is not null;
        var datasets = isEmpty ? [] : await store.ListAsync(project.Id, null, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(context, datasets, Write);
    }

    private static async Task GetAsync(HttpContext context, string dataset, DatasetGate gate, DatasetStore store)
    {
        var opened = (await gate.OpenAsync(context, dataset, Permissions.ReadDatasets)).Dataset;
        var details = await store.ListAsync(opened.ProjectId, opened.Number, context.RequestAborted);
        await JsonAnswer.SendAsync(
            context, writer => Write(writer, details is [var found] ? found : throw DatasetGate.NotFound(dataset)));
    }

    private static async Task CreateAsync(
        HttpContext context, string dataset, ProjectGate gate, DatasetCatalog catalog, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateDatasets);
        if (!DatasetName.TryParse(dataset, out var name, out var reason))
        {
            throw BoomException.BadRequest($"\"dataset\": {reason}");
        }

        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var aclMode = body.Choice("aclMode", AclModes) ?? DefaultAclMode;
        var description = body.OptionalText("description");
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var created = await catalog.CreateAsync(
            change.Connection, project.Id, name, aclMode, caller.UserId, description, context.RequestAborted)
            ?? throw BoomException.Conflict($"Dataset \"{name.Value}\" already exists");
        change.Record(new(project.Id, caller.UserId, "dataset.create", name.Value, Settings(created)));
        await change.CommitAsync(context.RequestAborted);
        await SendSettingsAsync(context, created);
    }

    private static async Task UpdateAsync(HttpContext context, string dataset, DatasetGate gate, ActivityLog activity)
    {
        var opened = await OpenByOwnNameAsync(context, dataset, gate, Permissions.UpdateDatasets);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var updated = opened.Dataset with
        {
            AclMode = body.Choice("aclMode", AclModes) ?? opened.Dataset.AclMode,
            Description = body.Contains("description")
                ? body.OptionalText("description")
                : opened.Dataset.Description,
        };
        await using var change = await activity.BeginAsync(context.RequestAborted);
        if (!await DatasetStore.UpdateAsync(change, updated, context.RequestAborted))
        {
            throw DatasetGate.NotFound(dataset);
        }

        change.Record(new(updated.ProjectId, opened.Caller.UserId, "dataset.update", dataset, Settings(updated)));
        await change.CommitAsync(context.RequestAborted);
        await SendSettingsAsync(context, updated);
    }

    private static async Task DeleteAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        DatasetCatalog catalog,
        DatasetErasure erasure,
        ActivityLog activity)
    {
        var (caller, deleted, _) = await OpenByOwnNameAsync(context, dataset, gate, Permissions.DeleteDatasets);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        if (!await catalog.DeleteAsync(change.Connection, deleted, context.RequestAborted))
        {
            throw DatasetGate.NotFound(dataset);
        }

        await DatasetStore.DetachAsync(change, deleted, context.RequestAborted);
        change.Record(new(deleted.ProjectId, caller.UserId, "dataset.delete", dataset));
        await change.CommitAsync(context.RequestAborted);
        erasure.Wake();
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }

    /// <summary>Clients use it to measure the way to the server.</summary>
    private static async Task PingAsync(HttpContext context, string dataset, DatasetGate gate)
    {
        await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("result"u8, "pong"u8);
            writer.WriteEndObject();
        });
    }

    /// <summary>What changes or deletes a dataset must name it: an alias may have been pointed elsewhere.</summary>
    private static async Task<DatasetRequest> OpenByOwnNameAsync(
        HttpContext context, string name, DatasetGate gate, Permission permission)
    {
        var opened = await gate.OpenAsync(context, name, permission);
        return DatasetAlias.IsAlias(name)
            ? throw BoomException.BadRequest($"\"dataset\": \"{name}\" is an alias, name the dataset itself")
            : opened;
    }

    private static System.Text.Json.Nodes.JsonObject Settings(Dataset dataset)
    {
        var settings = new System.Text.Json.Nodes.JsonObject { ["aclMode"] = dataset.AclMode };
        if (dataset.Description is { } description)
        {
            settings["description"] = description;
        }

        return settings;
    }

    private static Task SendSettingsAsync(HttpContext context, Dataset dataset) =>
        JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("datasetName"u8, dataset.Name.Value);
            writer.WriteString("aclMode"u8, dataset.AclMode);
            writer.WriteString("description"u8, dataset.Description);
            writer.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter writer, DatasetDetails details)
    {
        var dataset = details.Dataset;
        writer.WriteStartObject();
        writer.WriteString("name"u8, dataset.Name.Value);
        writer.WriteString("aclMode"u8, dataset.AclMode);
        writer.WriteString("description"u8, dataset.Description);
        writer.WriteString("createdAt"u8, WireTime.Format(dataset.CreatedAt));
        writer.WriteString("updatedAt"u8, WireTime.Format(details.UpdatedAt ?? dataset.CreatedAt));
        writer.WriteString("createdByUserId"u8, dataset.CreatedBy);
        writer.WriteNull("addonFor"u8);
        writer.WriteString("datasetProfile"u8, Profile);
        writer.WriteStartArray("features"u8);
        writer.WriteEndArray();
        writer.WritePropertyName("tags"u8);
        writer.WriteRawValue(details.Tags);
        writer.WriteEndObject();
    }
}
