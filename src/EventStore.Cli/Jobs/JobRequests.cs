using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Jobs;

/// <summary>The requests that follow, list and cancel jobs.</summary>
internal static class JobRequests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static async Task<IReadOnlyList<JobEntry>> ListAsync(
        EventStoreConnection connection, int limit, CancellationToken cancellation)
    {
        using var json = await ReadAsync(connection, HttpMethod.Get, $"/v1/jobs?limit={limit}", cancellation);
        return [.. json.RootElement.EnumerateArray().Select(JobEntry.Read)];
    }

    public static async Task CancelAsync(EventStoreConnection connection, string id, CancellationToken cancellation)
    {
        using var json = await ReadAsync(connection, HttpMethod.Post, $"{PathOf(id)}/cancel", cancellation);
    }

    /// <summary>Waits for a job's end and shows how far it is. Whoever breaks off leaves the job to go on.</summary>
    /// <exception cref="CommandFailure">The job failed or was canceled.</exception>
    public static Task<JobEntry> FollowAsync(
        EventStoreConnection connection,
        StandardStreams streams,
        string title,
        string id,
        CancellationToken cancellation) =>
        ProgressDisplay.RunAsync(streams, title, async display =>
        {
            while (true)
            {
                using var json = await ReadAsync(connection, HttpMethod.Get, PathOf(id), cancellation);
                var job = JobEntry.Read(json.RootElement);
                if (job.HasEnded)
                {
                    return job.State == "completed"
                        ? job
                        : throw new CommandFailure($"the job is {job.State}: {job.Message}");
                }

                display.Report(job.Message, job.Progress, 100);
                await Task.Delay(Interval, cancellation);
            }
        });

    private static string PathOf(string id) => $"/v1/jobs/{Uri.EscapeDataString(id)}";

    private static async Task<JsonDocument> ReadAsync(
        EventStoreConnection connection, HttpMethod method, string path, CancellationToken cancellation)
    {
        using var response = await connection.SendAsync(method, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        return await JsonDocument.ParseAsync(body, default, cancellation);
    }
}
