using System.Text.Json;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Mendoza;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Datasets;

/// <summary>Lists, creates and deletes datasets.</summary>
internal static class DatasetEndpoints
{
    private const string DefaultAclMode = "public";
    private static readonly string[] AclModes = ["public", "private", "custom"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/datasets", ListAsync);
        routes.MapGet("/datasets/{dataset}", GetAsync);
        routes.MapPut("/datasets/{dataset}", CreateAsync);
        routes.MapDelete("/datasets/{dataset}", DeleteAsync);
        routes.MapGet("/data/ping/{dataset}", PingAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, DatasetCatalog catalog)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var datasets = await catalog.ListAsync(project.Id, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (var dataset in datasets)
            {
                Write(writer, dataset);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task GetAsync(HttpContext context, string dataset, DatasetGate gate)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.ReadDatasets);
        await JsonAnswer.SendAsync(context, writer => Write(writer, opened.Dataset));
    }

    private static async Task CreateAsync(
        HttpContext context, string dataset, ProjectGate gate, DatasetCatalog catalog, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateDatasets);
        if (!DatasetName.TryParse(dataset, out var name, out var reason))
        {
            throw BoomException.BadRequest(reason);
        }

        var aclMode = await ReadAclModeAsync(context.Request, context.RequestAborted);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var created = await catalog.CreateAsync(
            change.Connection, project.Id, name, aclMode, caller.UserId, context.RequestAborted)
            ?? throw new BoomException(StatusCodes.Status409Conflict, $"Dataset \"{name.Value}\" already exists");
        change.Record(new(project.Id, caller.UserId, "dataset.create", name.Value, new() { ["aclMode"] = aclMode }));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("datasetName"u8, created.Name.Value);
            writer.WriteString("aclMode"u8, created.AclMode);
            writer.WriteEndObject();
        });
    }

    private static async Task DeleteAsync(HttpContext context, string dataset, DatasetGate gate, DatasetCatalog catalog)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.DeleteDatasets);
        if (!await catalog.DeleteAsync(opened.Dataset, context.RequestAborted))
        {
            throw DatasetGate.NotFound(dataset);
        }

        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
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

    /// <summary>Fields besides <c>aclMode</c> are accepted and not kept.</summary>
    private static async Task<string> ReadAclModeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, ServerLimits.ManagementBodyBytes, cancellationToken);
        if (body.IsEmpty)
        {
            return DefaultAclMode;
        }

        using var json = JsonDocument.Parse(CanonicalJson.Canonicalize(body.Span, ServerLimits.ManagementJson));
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw BoomException.BadRequest("The body must be a JSON object");
        }

        if (!json.RootElement.TryGetProperty("aclMode", out var mode) || mode.ValueKind == JsonValueKind.Null)
        {
            return DefaultAclMode;
        }

        return mode.ValueKind == JsonValueKind.String && AclModes.Contains(mode.GetString())
            ? mode.GetString()!
            : throw BoomException.BadRequest($"\"aclMode\" must be one of {string.Join(", ", AclModes)}");
    }

    private static void Write(Utf8JsonWriter writer, Dataset dataset)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, dataset.Name.Value);
        writer.WriteString("aclMode"u8, dataset.AclMode);
        writer.WriteString("createdAt"u8, WireTime.Format(dataset.CreatedAt));
        writer.WriteString("createdByUserId"u8, dataset.CreatedBy);
        writer.WriteNull("addonFor"u8);
        writer.WriteString("datasetProfile"u8, "content"u8);
        writer.WriteStartArray("features"u8);
        writer.WriteEndArray();
        writer.WriteStartArray("tags"u8);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
