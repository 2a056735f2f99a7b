using System.CommandLine;
using EventStore.Cli.Connection;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.History;

/// <summary><c>history DATASET ID</c>: who changed a document when, and how.</summary>
internal static class HistoryCommand
{
    private const int MaximumLineLength = 64 * 1024 * 1024;

    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string>("DATASET") { Description = "Dataset of the document" };
        var id = new Argument<string>("ID") { Description = "Document, or several separated by commas" };
        var filters = new HistoryFilters();
        var command = new Command("history", "List the transactions that touched a document") { dataset, id };
        filters.AddTo(command);
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var server = connection.Connect(arguments);
            var ids = arguments.GetRequiredValue(id).Split(',').Select(Uri.EscapeDataString);
            var path = $"/v1/data/history/{Uri.EscapeDataString(arguments.GetRequiredValue(dataset))}/transactions/"
                + $"{string.Join(',', ids)}?{filters.ToQuery(arguments)}";
            await ShowAsync(server, streams, path, cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task ShowAsync(
        EventStoreConnection server, StandardStreams streams, string path, CancellationToken cancellation)
    {
        using var response = await server.SendAsync(HttpMethod.Get, path, null, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var table = new OutputTable(streams, "Time", "Transaction", "Author", "Mutations");
        try
        {
            await foreach (var line in LineReader.ReadAllAsync(body, MaximumLineLength, cancellation))
            {
                var transaction = HistoryEntry.Read(line);
                await table.AddAsync(
                    [transaction.Timestamp, transaction.Id, transaction.Author, transaction.Mutations], cancellation);
            }
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"the answer broke off: {failure.Message}", failure);
        }

        await table.CompleteAsync(cancellation);
    }
}
