using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Rollback;

/// <summary>Shows plans and what came of them: to people, or as NDJSON.</summary>
internal sealed class RollbackDisplay(StandardStreams streams, bool isJson)
{
    private const int DocumentsShown = 50;
    private const int OperationsShown = 10;
    private const int LongestValue = 100;

    private readonly OutputStream _output = streams.OpenOutput();

    /// <summary>Shows a plan, and gives its last line.</summary>
    /// <exception cref="CommandFailure">The plan broke off.</exception>
    public async Task<PlanSummary> ShowAsync(IAsyncEnumerable<byte[]> lines, CancellationToken cancellation)
    {
        var documents = 0L;
        try
        {
            await foreach (var line in lines)
            {
                using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = int.MaxValue });
                if (json.RootElement.TryGetProperty("error", out _))
                {
                    throw new CommandFailure(ServerError.Describe(json.RootElement) ?? "the plan broke off");
                }

                if (isJson)
                {
                    await _output.WriteAsync(line, cancellation);
                    await _output.WriteAsync("\n"u8.ToArray(), cancellation);
                }

                if (json.RootElement.TryGetProperty("plan", out var summary))
                {
                    return await ShowEndAsync(PlanSummary.Read(summary), documents, cancellation);
                }

                if (!isJson && documents++ < DocumentsShown)
                {
                    await ShowDocumentAsync(json.RootElement, cancellation);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new CommandFailure($"the server broke off: {failure.Message}", failure);
        }

        throw new CommandFailure("the plan broke off");
    }

    /// <summary>Shows what came of a plan.</summary>
    public async Task ShowAsync(JsonObject result, CancellationToken cancellation)
    {
        var state = (string)result["state"]!;
        if (isJson)
        {
            await _output.WriteLineAsync(result.ToJsonString(), cancellation);
        }
        else
        {
            var transactions = result["transactionIds"]!.AsArray();
            var by = transactions.Count switch
            {
                0 => "",
                1 => $" by transaction {transactions[0]}",
                _ => $" by {transactions.Count} transactions",
            };
            var documents = (long)result["documents"]!;
            var text = (string?)result["message"] ?? $"{Quantity.Of(documents, "document")} rolled back";
            await _output.WriteLineAsync(text + by, cancellation);
        }

        await _output.FlushAsync(cancellation);
        if (state is "failed" or "canceled")
        {
            throw new CommandFailure($"the plan is {state}; make a new one for the rest");
        }
    }

    private async Task<PlanSummary> ShowEndAsync(PlanSummary summary, long documents, CancellationToken cancellation)
    {
        if (!isJson)
        {
            if (documents > DocumentsShown)
            {
                await _output.WriteLineAsync(
                    $"… and {documents - DocumentsShown} more (--json shows all)", cancellation);
            }

            await _output.WriteLineAsync(
                documents == 0 ? "nothing to undo" : $"documents: {summary.Describe()}\nplan {summary.Id}",
                cancellation);
        }

        await _output.FlushAsync(cancellation);
        return summary;
    }

    private async Task ShowDocumentAsync(JsonElement document, CancellationToken cancellation)
    {
        string Text(string name) => document.GetProperty(name).GetString()!;
        await _output.WriteLineAsync($"{Text("action")}\t{Text("id")}\t{Text("outcome")}", cancellation);
        foreach (var conflict in document.GetProperty("conflicts").EnumerateArray())
        {
            await _output.WriteLineAsync($"\t! {Conflict(conflict)}", cancellation);
        }

        // Of a document that comes or goes as a whole the action says enough.
        var isEdited = Text("action") is not ("create" or "delete") && Text("format") == "json-patch";
        if (!isEdited || !document.TryGetProperty("diff", out var difference))
        {
            return;
        }

        foreach (var operation in difference.EnumerateArray().Take(OperationsShown))
        {
            var value = operation.TryGetProperty("value", out var given) ? " " + Shorten(given.GetRawText()) : "";
            await _output.WriteLineAsync(
                $"\t{operation.GetProperty("op").GetString()} {operation.GetProperty("path").GetString()}{value}",
                cancellation);
        }

        var more = difference.GetArrayLength() - OperationsShown;
        if (more > 0)
        {
            await _output.WriteLineAsync($"\t… and {more} more changes", cancellation);
        }
    }

    private static string Conflict(JsonElement conflict)
    {
        string Text(string name) => conflict.GetProperty(name).GetString()!;
        return Text("reason") switch
        {
            "edited" when Text("path").Length == 0 => "the whole document was edited since",
            "edited" => $"{Text("path")} was edited since",
            "missingReference" => $"would refer to {Text("documentId")}, which does not exist",
            _ => $"{Text("documentId")} refers to it",
        };
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestValue ? line : line[..LongestValue] + "…";
    }
}
