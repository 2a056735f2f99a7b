using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Jobs;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Datasets;

/// <summary><c>datasets copy SOURCE TARGET</c>.</summary>
internal static class CopyCommand
{
    public static Command Create(StandardStreams streams, ConnectionOptions connection)
    {
        var source = new Argument<string>("SOURCE") { Description = "Dataset to copy" };
        var target = new Argument<string>("TARGET") { Description = "Name of the new dataset" };
        var time = new Option<string>("--time") { Description = "Copy the dataset as it was at this time" };
        var revision = new Option<string>("--revision")
        {
            Description = "Copy the dataset as it was after this transaction",
        };
        var skipHistory = new Option<bool>("--skip-history") { Description = "Copy the documents alone" };
        var sync = new Option<bool>("--sync")
        {
            Description = "Make an existing dataset equal, deleting what it has besides",
        };
        var detach = new Option<bool>("--detach") { Description = "Do not wait for the end; print the job's id" };
        var command = new Command("copy", "Copy a dataset with its history")
        {
            source, target, time, revision, skipHistory, sync, detach,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var (from, to) = (arguments.GetRequiredValue(source), arguments.GetRequiredValue(target));
            var query = Query(("time", arguments.GetValue(time)), ("revision", arguments.GetValue(revision)));
            var body = new Dictionary<string, object>
            {
                ["targetDataset"] = to,
                ["skipHistory"] = arguments.GetValue(skipHistory),
                ["sync"] = arguments.GetValue(sync),
            };
            var path = $"/v1/datasets/{Uri.EscapeDataString(from)}/copy{query}";
            var job = await BeginAsync(server, path, body, cancellation);
            var result = arguments.GetValue(detach)
                ? job
                : (await JobRequests.FollowAsync(server, streams, $"copy {from} to {to}", job, cancellation)).Message;
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static string Query(params IEnumerable<(string Name, string? Value)> parameters)
    {
        var given = parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value))
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}")
            .ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    /// <returns>The id of the job.</returns>
    private static async Task<string> BeginAsync(
        EventStoreConnection server, string path, Dictionary<string, object> body, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await server.SendAsync(HttpMethod.Put, path, content, cancellation);
        await using var answer = await response.Content.ReadAsStreamAsync(cancellation);
        using var json = await JsonDocument.ParseAsync(answer, default, cancellation);
        return json.RootElement.GetProperty("jobId").GetString()!;
    }
}
