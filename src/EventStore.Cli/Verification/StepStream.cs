using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;

namespace EventStore.Cli.Verification;

/// <summary>Long work on the server that reports in lines: progress, and at the end a result or what is
/// wrong.</summary>
internal static class StepStream
{
    private const int MaximumLineLength = 1024 * 1024;

    /// <summary>Starts the work and reads its lines.</summary>
    /// <param name="server">The server.</param>
    /// <param name="path">What to post to.</param>
    /// <param name="read">Gives the result from the line that has it; null for any other.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="CommandFailure">There is no result.</exception>
    public static async Task<T> RunAsync<T>(
        EventStoreConnection server, string path, Func<JsonElement, T?> read, CancellationToken cancellation)
        where T : class
    {
        using var response = await server.SendAsync(HttpMethod.Post, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        try
        {
            await foreach (var line in LineReader.ReadAllAsync(body, MaximumLineLength, cancellation))
            {
                using var json = JsonDocument.Parse(line);
                if (read(json.RootElement) is { } result)
                {
                    return result;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new CommandFailure($"the server broke off: {failure.Message}", failure);
        }

        throw new CommandFailure("the server ended without a result");
    }

    /// <summary>What a line that is neither progress nor result says is wrong.</summary>
    public static CommandFailure Failure(string dataset, JsonElement line) =>
        line.TryGetProperty("difference", out var difference)
            ? new CommandFailure($"{dataset} differs{Place(difference)}: {Text(difference, "description")}")
            : new CommandFailure(ServerError.Describe(line) ?? "the server stopped without a reason");

    public static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    public static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Place(JsonElement difference)
    {
        var sequence = difference.TryGetProperty("sequence", out var number) && number.ValueKind == JsonValueKind.Number
            ? $" at sequence {number.GetRawText()}"
            : "";
        return Text(difference, "documentId") is { Length: > 0 } id ? $"{sequence} in document {id}" : sequence;
    }
}
