using System.CommandLine;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Verification;

/// <summary>
/// <c>verify DATASET</c>: has the server recompute the hash chain, replay the log and compare every head.
/// </summary>
internal static class VerifyCommand
{
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
                streams,
                $"verify {name}",
                display => StepStream.RunAsync(
                    server,
                    $"/v1/data/verify/{Uri.EscapeDataString(name)}",
                    line => ReadResult(name, line, display),
                    cancellation));
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static string? ReadResult(string dataset, JsonElement line, ProgressDisplay display)
    {
        if (line.TryGetProperty("progress", out var progress))
        {
            var sequence = StepStream.Number(progress, "sequence");
            var last = StepStream.Number(progress, "of");
            display.Report($"{sequence} of {Quantity.Of(last, "transaction")}", sequence, last);
            return null;
        }

        if (line.TryGetProperty("verified", out var verified))
        {
            return $"{dataset} is whole: {Quantity.Of(StepStream.Number(verified, "transactions"), "transaction")}, "
                + $"{Quantity.Of(StepStream.Number(verified, "documents"), "document")}, "
                + $"digest {StepStream.Text(verified, "digest")}";
        }

        throw StepStream.Failure(dataset, line);
    }
}
