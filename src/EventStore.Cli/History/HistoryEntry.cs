using System.Text.Json;
using EventStore.Cli.Connection;

namespace EventStore.Cli.History;

/// <summary>One transaction as <c>history</c> shows it.</summary>
/// <param name="Timestamp">As the server wrote it, to the microsecond.</param>
/// <param name="Id">The transaction, which is also the revision it gave the documents.</param>
/// <param name="Author">Who made it.</param>
/// <param name="Mutations">Names of the mutations, in order, with how often each comes in a row.</param>
internal sealed record HistoryEntry(string Timestamp, string Id, string Author, string Mutations)
{
    /// <exception cref="CommandFailure">The line is an error the server met in the middle of its answer.</exception>
    public static HistoryEntry Read(byte[] line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("error", out _) && !root.TryGetProperty("id", out _))
            {
                throw new CommandFailure(ServerError.Describe(root) ?? "the server stopped without a reason");
            }

            return new HistoryEntry(
                Text(root, "timestamp"), Text(root, "id"), Text(root, "author"), NamesOfMutations(root));
        }
        catch (JsonException failure)
        {
            throw new CommandFailure("the server's answer broke off in the middle of a line", failure);
        }
    }

    private static string NamesOfMutations(JsonElement transaction)
    {
        if (!transaction.TryGetProperty("mutations", out var mutations) || mutations.ValueKind != JsonValueKind.Array)
        {
            return "";
        }

        var runs = new List<(string Name, int Count)>();
        foreach (var mutation in mutations.EnumerateArray())
        {
            var name = mutation.EnumerateObject().Select(property => property.Name).FirstOrDefault("");
            if (runs.Count > 0 && runs[^1].Name == name)
            {
                runs[^1] = (name, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((name, 1));
            }
        }

        return string.Join(", ", runs.Select(run => run.Count == 1 ? run.Name : $"{run.Name} x{run.Count}"));
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
