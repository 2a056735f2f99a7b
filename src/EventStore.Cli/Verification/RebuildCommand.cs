using System.CommandLine;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Verification;

/// <summary><c>rebuild DATASET</c>: has the server make everything derived anew, while the dataset is in use.</summary>
internal static class RebuildCommand
{
    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset to rebuild" };
        var command = new Command("rebuild", "Make heads, keyframes, references and checkpoints anew from the log")
        {
            dataset,
        };
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var name = arguments.GetRequiredValue(dataset);
            var result = await StepStream.RunAsync(
                server, streams, "rebuild", name, "", line => Describe(name, line), cancellation);
            await streams.OpenOutput().WriteLineAsync(result, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static string? Describe(string dataset, JsonElement line)
    {
        if (!line.TryGetProperty("rebuilt", out var rebuilt))
        {
            return null;
        }

        string Count(string name, string unit) => Quantity.Of(StepStream.Number(rebuilt, name), unit);
        return $"{dataset} is rebuilt: {Count("documents", "document")}, {Count("keyframes", "keyframe")}, "
            + $"{Count("checkpoints", "checkpoint")}; replaced {Count("changedHeads", "head")}, "
            + $"{Count("changedKeyframes", "keyframe")} and the references of "
            + $"{Count("changedReferences", "document")}";
    }
}
