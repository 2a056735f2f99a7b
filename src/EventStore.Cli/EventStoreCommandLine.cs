using System.CommandLine;
using System.CommandLine.Invocation;
using EventStore.Cli.Backups;
using EventStore.Cli.Datasets;
using EventStore.Cli.History;
using EventStore.Cli.Jobs;
using EventStore.Cli.Patches;
using EventStore.Cli.Queries;
using EventStore.Cli.Rollback;
using EventStore.Cli.Terminal;
using EventStore.Cli.Transfer;
using EventStore.Cli.Verification;

namespace EventStore.Cli;

/// <summary>The <c>eventstore</c> command: which verbs there are, and how their ends become exit codes.</summary>
public static class EventStoreCommandLine
{
    /// <summary>Runs one verb.</summary>
    /// <param name="arguments">As the shell gave them.</param>
    /// <param name="streams">Where to read, write and report.</param>
    /// <param name="cancellation">Ends the verb, as an interruption from the keyboard should.</param>
    /// <returns>
    /// 0, or 1 after a failure (one line on standard error), 130 when interrupted, 141 when nobody reads standard
    /// output.
    /// </returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, StandardStreams streams, CancellationToken cancellation = default)
    {
        var parsed = CreateRoot(streams).Parse(arguments);
        if (parsed.Action is ParseErrorAction refusal)
        {
            // The help of a verb is longer than a screen; what is wrong must stay in sight.
            refusal.ShowHelp = false;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Error = streams.Error,
                    EnableDefaultExceptionHandler = false,

                    // The library would end the process two seconds after a signal; a clean stop may take longer.
                    ProcessTerminationTimeout = null,
                },
                cancellation);
        }
        catch (CommandFailure failure)
        {
            streams.Error.WriteLine($"eventstore: {failure.Message}");
            return ExitCode.Failure;
        }
        catch (OutputClosedException)
        {
            return ExitCode.OutputClosed;
        }
        catch (OperationCanceledException)
        {
            streams.Error.WriteLine("eventstore: interrupted");
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand CreateRoot(StandardStreams streams) =>
        new("EventStore: a content store that keeps every edit")
        {
            ServeCommand.Create(),
            DatasetsCommand.Create(streams),
            JobsCommand.Create(streams),
            BackupCommand.Create(streams),
            ImportCommand.Create(streams),
            ExportCommand.Create(streams),
            HistoryCommand.Create(streams),
            RollbackCommand.Create(streams),
            ReplayCommand.Create(streams),
            VerifyCommand.Create(streams),
            RebuildCommand.Create(streams),
            QueryCommand.Create(streams),
            MendozaCommand.Create(streams),
        };
}
