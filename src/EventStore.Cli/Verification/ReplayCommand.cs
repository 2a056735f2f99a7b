using System.CommandLine;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Verification;

/// <summary><c>replay DATASET</c>: has the server replay the log and say what it comes to.</summary>
internal static class ReplayCommand
{
    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset to replay" };
        var from = new Option<string?>("--from")
        {
            Description = "Start from this state: a revision, sequence or time",
            HelpName = "moment",
        };
        var to = new Option<string?>("--to")
        {
            Description = "End with this state: a revision, sequence or time",
            HelpName = "moment",
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Prove the log first, and compare all that is derived from it",
        };
        var format = new Option<string>("--format")
        {
            Description = "text, or json for one line with the figures",
            HelpName = "text|json",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("replay", "Replay the log of a dataset and sum up what it comes to")
        {
            dataset, from, to, verify, format,
        };
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var query = QueryOf(
                arguments.GetValue(from), arguments.GetValue(to), arguments.GetValue(verify) ? "true" : null);
            var summary = await StepStream.RunAsync(server, streams, "replay", name, query, ReadSummary, cancellation);
            var isJson = arguments.GetRequiredValue(format) == "json";
            await streams.OpenOutput().WriteLineAsync(isJson ? summary : Describe(name, summary), cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static string QueryOf(string? from, string? to, string? verify)
    {
        (string Name, string? Value)[] parameters = [("from", from), ("to", to), ("verify", verify)];
        var query = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return $"?{string.Join('&', query)}".TrimEnd('?');
    }

    private static string? ReadSummary(JsonElement line) =>
        line.TryGetProperty("replayed", out var replayed) ? replayed.GetRawText() : null;

    private static string Describe(string dataset, string summary)
    {
        using var json = JsonDocument.Parse(summary);
        string Count(string name, string unit) => Quantity.Of(StepStream.Number(json.RootElement, name), unit);
        return $"{dataset} at sequence {StepStream.Number(json.RootElement, "sequence")}: "
            + $"{Count("transactions", "transaction")} with {Count("effects", "effect")} replayed to "
            + $"{Count("documents", "document")} of {Count("bytes", "byte")}, "
            + $"digest {StepStream.Text(json.RootElement, "digest")}";
    }
}
