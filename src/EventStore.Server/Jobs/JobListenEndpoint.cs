using System.Text.Json;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Jobs;

/// <summary>
/// <c>GET /jobs/{id}/listen</c>: server-sent events, <c>welcome</c> and then <c>job</c> whenever it has changed, at
/// once when it has ended. Clients send no token here, so whoever knows the id may listen.
/// </summary>
internal static class JobListenEndpoint
{
    private const string ContentType = "text/event-stream";

    public static async Task HandleAsync(HttpContext context, string id, JobStore store, TimeProvider clock)
    {
        var job = await store.FindAsync(id, null, context.RequestAborted) ?? throw JobEndpoints.NotFound();
        context.Response.Headers.CacheControl = "no-cache";
        using var answer = new StreamedAnswer(context, ContentType);
        Write(answer, "welcome", writer => writer.WriteString("listener_id"u8, JobQueue.NewId()));
        Write(answer, "job", writer => WriteJob(writer, job));
        await answer.FlushAsync();
        var toldAt = clock.GetTimestamp();
        while (!JobStates.IsEnd(job.State))
        {
            await Task.Delay(ServerLimits.JobListenInterval, clock, context.RequestAborted);
            var found = await store.FindAsync(id, null, context.RequestAborted);
            if (found is null)
            {
                return;
            }

            var isNews = (found.State, found.Progress, found.Message) != (job.State, job.Progress, job.Message);
            if (isNews)
            {
                Write(answer, "job", writer => WriteJob(writer, found));
            }
            else if (clock.GetElapsedTime(toldAt) >= ServerLimits.JobListenKeepAlive)
            {
                answer.WriteAscii(":\n\n");
            }
            else
            {
                continue;
            }

            job = found;
            toldAt = clock.GetTimestamp();
            await answer.FlushAsync();
        }

        // Clients leave when they know the end; one that was cut off before it knew would come again at once.
        await Task.Delay(ServerLimits.JobListenLinger, clock, context.RequestAborted);
    }

    /// <summary>Clients know no canceled jobs; to them it has failed, and the message says why.</summary>
    private static void WriteJob(Utf8JsonWriter writer, Job job)
    {
        writer.WriteString("job_id"u8, job.Id);
        writer.WriteString("state"u8, job.State == JobStates.Canceled ? JobStates.Failed : job.State);
        writer.WriteNumber("progress"u8, job.Progress);
        if (job.Message is { } message)
        {
            writer.WriteString("message"u8, message);
        }
    }

    private static void Write(StreamedAnswer answer, string name, Action<Utf8JsonWriter> write)
    {
        answer.WriteAscii($"event: {name}\ndata: ");
        using (var writer = new Utf8JsonWriter(answer, JsonAnswer.Format))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        answer.WriteAscii("\n\n");
    }
}
