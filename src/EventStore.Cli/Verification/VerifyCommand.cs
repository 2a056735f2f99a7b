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
            var result = await StepStream.RunAsync(
                server, streams, "verify", name, "", line => Describe(name, line), cancellation);
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static string? Describe(string dataset, JsonElement line) =>
        line.TryGetProperty("verified", out var verified)
            ? $"{dataset} is whole: {Quantity.Of(StepStream.Number(verified, "transactions"), "transaction")}, "
                + $"{Quantity.Of(StepStream.Number(verified, "documents"), "document")}, "
                + $"digest {StepStream.Text(verified, "digest")}"
            : null;
}
