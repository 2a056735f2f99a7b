using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Mendoza;
using EventStore.Server.Wire;
using static EventStore.Server.Wire.DescribedException;

namespace EventStore.Server.Import;

/// <summary>
/// Reads one line of an import: <c>{"id","timestamp","author","mutations"}</c>. Whatever else the transactions stream
/// puts into a line follows from these and is ignored.
/// </summary>
internal static class ImportLineParser
{
    private const string Squashed = "createSquashed";

    private static readonly MutationParseOptions Options = new(AutoGenerateArrayKeys: false);

    /// <exception cref="JsonFormatException">The line is no JSON or outside the limits.</exception>
    /// <exception cref="DescribedException">It is no transaction.</exception>
    /// <exception cref="MutationException">Its mutations are malformed.</exception>
    public static PreparedRequest Parse(ReadOnlySpan<byte> line)
    {
        ReadOnlyMemory<byte> canonical = CanonicalJson.Canonicalize(line, ServerLimits.ImportJson);
        var json = canonical.Span;
        Require(json[0] == '{', "A line must be a JSON object");
        string? id = null, timestamp = null, author = null;
        ReadOnlyMemory<byte> mutations = default;
        foreach (var (key, value) in DocumentContent.Members(json))
        {
            switch (key)
            {
                case "id":
                    id = Text(json[value], key);
                    break;
                case "timestamp":
                    timestamp = Text(json[value], key);
                    break;
                case "author":
                    author = Text(json[value], key);
                    break;
                case "error":
                    throw Malformed("The stream that is imported ends with an error of its source: it is not complete");
                case "mutations":
                    mutations = canonical[value];
                    Require(mutations.Span[0] == '[', "\"mutations\" must be an array");
                    RequireWholeHistory(mutations.Span);
                    break;
            }
        }

        return new(Build(id, timestamp, author, mutations));
    }

    private static AppendRequest Build(string? id, string? timestamp, string? author, ReadOnlyMemory<byte> mutations)
    {
        Require(id is not null && timestamp is not null && author is not null && !mutations.IsEmpty,
            "A line needs \"id\", \"timestamp\", \"author\" and \"mutations\"");
        if (!TransactionId.TryParse(id, out var transactionId, out var reason))
        {
            throw Malformed(reason);
        }

        Require(
            WireTime.TryParse(timestamp!, out var time),
            "\"timestamp\" must be a time like 2025-02-19T12:00:00.123456Z");
        Require(
            author!.Length is > 0 and <= ServerLimits.AuthorLength && !author.Any(char.IsControl),
            $"\"author\" must have 1 to {ServerLimits.AuthorLength} characters and no control characters");
        return new()
        {
            Id = transactionId,
            Timestamp = time,
            Author = author,
            Mutations = MutationParser.Parse(mutations, Options, ImportIdentifiers.Instance),
            EnforceReferences = false,
            SkipIfKnown = true,
            DefersHeads = true,
        };
    }

    /// <summary>A history whose beginning was cut off begins with one mutation that cannot be replayed.</summary>
    private static void RequireWholeHistory(ReadOnlySpan<byte> mutations)
    {
        // The name may also be a key of some document: then it takes a closer look, which is rarely needed.
        if (mutations.IndexOf("{\"createSquashed\":"u8) >= 0 && MutationParser.Names(mutations).Contains(Squashed))
        {
            throw Malformed($"\"{Squashed}\" cannot be imported: the history before it was cut off at its source");
        }
    }

    private static string Text(ReadOnlySpan<byte> value, string name) =>
        DocumentContent.Text(value) ?? throw Malformed($"\"{name}\" must be a string");
}
