using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventStore.Server.Activity;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Tags;

/// <summary>Lists, creates, changes and deletes tags, and assigns them to datasets.</summary>
internal static partial class TagEndpoints
{
    private const int IdLength = 12;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects/{project}/tags", ListAsync);
        routes.MapPost("/projects/{project}/tags", CreateAsync);
        routes.MapMethods("/projects/{project}/tags/{tag}", ["PUT", "PATCH"], UpdateAsync);
        routes.MapDelete("/projects/{project}/tags/{tag}", DeleteAsync);
        routes.MapGet("/datasets/{dataset}/tags", ListOfDatasetAsync);
        routes.MapPut("/datasets/{dataset}/tags/{tag}", AssignAsync);
        routes.MapDelete("/datasets/{dataset}/tags/{tag}", UnassignAsync);
    }

    private static async Task ListAsync(HttpContext context, ProjectGate gate, TagStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadTags);
        await SendAsync(context, await store.ListAsync(project.Id, null, context.RequestAborted));
    }

    private static async Task ListOfDatasetAsync(
        HttpContext context, string dataset, DatasetGate gate, TagStore store)
    {
        var opened = (await gate.OpenAsync(context, dataset, Permissions.ReadTags)).Dataset;
        await SendAsync(context, await store.ListAsync(opened.ProjectId, opened.Number, context.RequestAborted));
    }

    private static async Task CreateAsync(HttpContext context, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.CreateTags);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var name = ReadName(body) ?? throw BoomException.BadRequest("\"name\" is required");
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var tag = Apply(body, new("tag" + RandomNumberGenerator.GetHexString(IdLength, true), name, name, change.Now));
        await TagStore.InsertAsync(change, project.Id, tag, context.RequestAborted);
        change.Record(new(project.Id, caller.UserId, "tag.create", name, new() { ["title"] = tag.Title }));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => Write(writer, tag));
    }

    private static async Task UpdateAsync(HttpContext context, string tag, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.UpdateTags);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var found = await FindAsync(change, project.Id, tag, context.RequestAborted);
        var updated = Apply(body, found) with { Name = ReadName(body) ?? found.Name, UpdatedAt = change.Now };
        await TagStore.UpdateAsync(change, updated, context.RequestAborted);
        change.Record(new(
            project.Id,
            caller.UserId,
            "tag.update",
            found.Name,
            new() { ["name"] = updated.Name, ["title"] = updated.Title }));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer => Write(writer, updated));
    }

    private static async Task DeleteAsync(HttpContext context, string tag, ProjectGate gate, ActivityLog activity)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.DeleteTags);
        await using var change = await activity.BeginAsync(context.RequestAborted);
        var found = await FindAsync(change, project.Id, tag, context.RequestAborted);
        if (found.Datasets.Count > 0)
        {
            throw BoomException.Conflict(
                $"Tag \"{found.Name}\" is assigned to {string.Join(", ", found.Datasets.Take(10))}");
        }

        await TagStore.DeleteAsync(change, found, context.RequestAborted);
        change.Record(new(project.Id, caller.UserId, "tag.delete", found.Name));
        await change.CommitAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, JsonAnswer.Deleted);
    }

    private static Task AssignAsync(
        HttpContext context, string dataset, string tag, DatasetGate gate, TagStore store, ActivityLog activity) =>
        ChangeAssignmentAsync(context, dataset, tag, gate, store, activity, assign: true);

    private static Task UnassignAsync(
        HttpContext context, string dataset, string tag, DatasetGate gate, TagStore store, ActivityLog activity) =>
        ChangeAssignmentAsync(context, dataset, tag, gate, store, activity, assign: false);

    /// <summary>Answers with the tags that the dataset carries then.</summary>
    private static async Task ChangeAssignmentAsync(
        HttpContext context,
        string dataset,
        string tag,
        DatasetGate gate,
        TagStore store,
        ActivityLog activity,
        bool assign)
    {
        var (caller, opened, _) = await gate.OpenAsync(context, dataset, Permissions.UpdateTags);
        await using (var change = await activity.BeginAsync(context.RequestAborted))
        {
            // Locked, so that a deletion of the tag and an assignment wait for each other.
            var found = await FindAsync(change, opened.ProjectId, tag, context.RequestAborted);
            var isChanged = assign
                ? await TagStore.AssignAsync(change, found, opened, context.RequestAborted)
                : await TagStore.UnassignAsync(change, found, opened, context.RequestAborted);
            if (isChanged)
            {
                var action = assign ? "tag.assign" : "tag.unassign";
                change.Record(new(
                    opened.ProjectId, caller.UserId, action, found.Name, new() { ["dataset"] = opened.Name.Value }));
                await change.CommitAsync(context.RequestAborted);
            }
        }

        await SendAsync(context, await store.ListAsync(opened.ProjectId, opened.Number, context.RequestAborted));
    }

    private static async Task<Tag> FindAsync(
        ManagementTransaction change, string projectId, string tag, CancellationToken cancellationToken) =>
        await TagStore.FindForUpdateAsync(change, projectId, tag, cancellationToken)
        ?? throw BoomException.NotFound("Tag not found");

    private static string? ReadName(JsonBody body)
    {
        var name = body.Text("name");
        return name is null || NamePattern().IsMatch(name)
            ? name
            : throw BoomException.BadRequest("\"name\" must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'");
    }

    private static Tag Apply(JsonBody body, Tag tag) => tag with
    {
        Title = body.Text("title") ?? tag.Title,
        Description = body.Contains("description") ? body.OptionalText("description") : tag.Description,
        Metadata = ProjectFields.Merge(tag.Metadata, body.Object("metadata")),
    };

    private static Task SendAsync(HttpContext context, IReadOnlyList<Tag> tags) =>
        JsonAnswer.SendArrayAsync(context, tags, Write);

    private static void Write(Utf8JsonWriter writer, Tag tag)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, tag.Id);
        writer.WriteString("name"u8, tag.Name);
        writer.WriteString("title"u8, tag.Title);
        writer.WriteString("description"u8, tag.Description);
        writer.WritePropertyName("metadata"u8);
        writer.WriteRawValue(tag.Metadata);
        writer.WriteStartArray("datasets"u8);
        foreach (var dataset in tag.Datasets)
        {
            writer.WriteStringValue(dataset);
        }

        writer.WriteEndArray();
        writer.WriteString("createdAt"u8, WireTime.Format(tag.CreatedAt));
        writer.WriteString("updatedAt"u8, WireTime.Format(tag.UpdatedAt));
        writer.WriteEndObject();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
