using System.Text.Json;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Jobs;

/// <summary>Shows, lists and cancels jobs.</summary>
internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/jobs", ListAsync);
        routes.MapGet("/jobs/{id}", GetAsync);
        routes.MapPost("/jobs/{id}/cancel", CancelAsync);
        routes.MapGet("/jobs/{id}/listen", JobListenEndpoint.HandleAsync);
    }

    /// <summary>Writes a job as an object.</summary>
    public static void Write(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, job.Id);
        writer.WriteString("state"u8, job.State);
        writer.WriteStartArray("authors"u8);
        writer.WriteStringValue(job.Author);
        writer.WriteEndArray();
        writer.WriteString("created_at"u8, WireTime.Format(job.CreatedAt));
        writer.WriteString("updated_at"u8, WireTime.Format(job.UpdatedAt));
        writer.WriteString("kind"u8, job.Kind);
        writer.WriteString("subject"u8, job.Subject);
        writer.WriteNumber("progress"u8, job.Progress);
        writer.WriteString("message"u8, job.Message);
        writer.WriteEndObject();
    }

    public static BoomException NotFound() => BoomException.NotFound("Job not found");

    private static async Task ListAsync(HttpContext context, ProjectGate gate, JobStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var parameters = QueryParameters.Of(context.Request);
        var query = JobQuery.Read(parameters) with
        {
            Kind = parameters.Text("kind"),
            Subject = parameters.Text("subject"),
        };
        var jobs = await store.ListAsync(project.Id, query, context.RequestAborted);
        await JsonAnswer.SendArrayAsync(context, jobs, Write);
    }

    private static async Task GetAsync(HttpContext context, string id, ProjectGate gate, JobStore store)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var job = await store.FindAsync(id, project.Id, context.RequestAborted) ?? throw NotFound();
        await JsonAnswer.SendAsync(context, writer => Write(writer, job));
    }

    /// <summary>
    /// Answers when the job is marked: its server ends it and takes back what it did, which its state tells then.
    /// </summary>
    private static async Task CancelAsync(
        HttpContext context, string id, ProjectGate gate, JobStore store, JobRunner runner)
    {
        var (caller, project) = await gate.OpenAsync(context, Permissions.ReadDatasets);
        var job = await store.FindAsync(id, project.Id, context.RequestAborted) ?? throw NotFound();
        if (job.Author != caller.UserId)
        {
            AccessPolicy.Require(caller, Permissions.UpdateDatasets, project.Id);
        }

        if (!await store.RequestCancelAsync(id, context.RequestAborted))
        {
            throw BoomException.Conflict("The job has ended");
        }

        runner.LookAt(id);
        var marked = await store.FindAsync(id, project.Id, context.RequestAborted) ?? throw NotFound();
        await JsonAnswer.SendAsync(context, writer => Write(writer, marked));
    }
}
