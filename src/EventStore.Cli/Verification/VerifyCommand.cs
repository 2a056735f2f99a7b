using System.CommandLine;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Verification;

/// <summary>
/// <c>verify DATASET</c>: has the server recompute the hash chain, replay the log and compare every head.
/// </summary>
internal static class VerifyCommand
{
    private const int MaximumLineLength = 1024 * 1024;

    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset to check" };
        var command = new Command("verify", "Prove that the dataset equals a replay of its log") { dataset };
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var result = await ProgressDisplay.RunAsync(
                streams, $"verify {name}", display => VerifyAsync(server, name, display, cancellation));
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<string> VerifyAsync(
        EventStoreConnection server, string dataset, ProgressDisplay display, CancellationToken cancellation)
    {
        var path = $"/v1/data/verify/{Uri.EscapeDataString(dataset)}";
        using var response = await server.SendAsync(HttpMethod.Post, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        try
        {
            await foreach (var line in LineReader.ReadAllAsync(body, MaximumLineLength, cancellation))
            {
                using var json = JsonDocument.Parse(line);
                if (ReadResult(dataset, json.RootElement, display) is { } result)
                {
                    return result;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new CommandFailure($"the server broke off: {failure.Message}", failure);
        }

        throw new CommandFailure("the server ended the verification without a result");
    }

    private static string? ReadResult(string dataset, JsonElement line, ProgressDisplay display)
    {
        if (line.TryGetProperty("progress", out var progress))
        {
            var sequence = Number(progress, "sequence");
            var last = Number(progress, "of");
            display.Report($"{sequence} of {Quantity.Of(last, "transaction")}", sequence, last);
            return null;
        }

        if (line.TryGetProperty("verified", out var verified))
        {
            return $"{dataset} is whole: {Quantity.Of(Number(verified, "transactions"), "transaction")}, "
                + $"{Quantity.Of(Number(verified, "documents"), "document")}, digest {Text(verified, "digest")}";
        }

        throw line.TryGetProperty("difference", out var difference)
            ? new CommandFailure($"{dataset} differs{Place(difference)}: {Text(difference, "description")}")
            : new CommandFailure(ServerError.Describe(line) ?? "the server stopped without a reason");
    }

    private static string Place(JsonElement difference)
    {
        var sequence = difference.TryGetProperty("sequence", out var number) && number.ValueKind == JsonValueKind.Number
            ? $" at sequence {number.GetRawText()}"
            : "";
        return Text(difference, "documentId") is { Length: > 0 } id ? $"{sequence} in document {id}" : sequence;
    }

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
