using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Verification;

/// <summary>Long work on the server that reports in lines: progress, and at the end a result or what is
/// wrong.</summary>
internal static class StepStream
{
    private const int MaximumLineLength = 1024 * 1024;

    private static readonly (string Name, string Unit)[] Units =
        [("sequence", "transaction"), ("documents", "document"), ("transactions", "transaction"), ("bytes", "byte")];

    /// <summary>Starts the work, shows how far it is, and gives what it comes to.</summary>
    /// <param name="server">The server.</param>
    /// <param name="streams">Where progress is shown.</param>
    /// <param name="verb">Names the work, on the server and on the screen.</param>
    /// <param name="dataset">The dataset it is about.</param>
    /// <param name="query">The query string, with its question mark; may be empty.</param>
    /// <param name="read">Gives the result from the line that has it; null for any other.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="CommandFailure">There is no result.</exception>
    public static Task<string> RunAsync(
        EventStoreConnection server,
        StandardStreams streams,
        string verb,
        string dataset,
        string query,
        Func<JsonElement, string?> read,
        CancellationToken cancellation) => FollowAsync(
            server,
            streams,
            $"{verb} {dataset}",
            $"/v1/data/{verb}/{Uri.EscapeDataString(dataset)}{query}",
            dataset,
            read,
            cancellation);

    /// <summary>Starts the work, shows how far it is, and gives what it comes to.</summary>
    /// <param name="server">The server.</param>
    /// <param name="streams">Where progress is shown.</param>
    /// <param name="title">Names the work on the screen.</param>
    /// <param name="path">Where the work is, escaped.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="read">Gives the result from the line that has it; null for any other.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="CommandFailure">There is no result.</exception>
    public static Task<string> FollowAsync(
        EventStoreConnection server,
        StandardStreams streams,
        string title,
        string path,
        string subject,
        Func<JsonElement, string?> read,
        CancellationToken cancellation) =>
        ProgressDisplay.RunAsync(streams, title, async display =>
        {
            using var response = await server.SendAsync(HttpMethod.Post, path, null, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            try
            {
                await foreach (var line in LineReader.ReadAllAsync(body, MaximumLineLength, cancellation))
                {
                    using var json = JsonDocument.Parse(line);
                    if (json.RootElement.TryGetProperty("progress", out var progress))
                    {
                        Report(progress, display);
                    }
                    else
                    {
                        return read(json.RootElement) ?? throw Failure(subject, json.RootElement);
                    }
                }
            }
            catch (Exception failure) when (failure is IOException or JsonException)
            {
                throw new CommandFailure($"the server broke off: {failure.Message}", failure);
            }

            throw new CommandFailure("the server ended without a result");
        });

    public static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    public static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>Work goes by what the server counts besides the end.</summary>
    private static void Report(JsonElement progress, ProgressDisplay display)
    {
        var (name, unit) = Units.FirstOrDefault(unit => progress.TryGetProperty(unit.Name, out _), Units[0]);
        var (done, of) = (Number(progress, name), Number(progress, "of"));
        display.Report($"{done} of {Quantity.Of(of, unit)}", done, of);
    }

    /// <summary>What a line that is neither progress nor result says is wrong.</summary>
    private static CommandFailure Failure(string dataset, JsonElement line) =>
        line.TryGetProperty("difference", out var difference)
            ? new CommandFailure($"{dataset} differs{Place(difference)}: {Text(difference, "description")}")
            : new CommandFailure(ServerError.Describe(line) ?? "the server stopped without a reason");

    private static string Place(JsonElement difference)
    {
        var sequence = difference.TryGetProperty("sequence", out var number) && number.ValueKind == JsonValueKind.Number
            ? $" at sequence {number.GetRawText()}"
            : "";
        return Text(difference, "documentId") is { Length: > 0 } id ? $"{sequence} in document {id}" : sequence;
    }
}
