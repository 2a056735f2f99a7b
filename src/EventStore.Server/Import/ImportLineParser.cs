using System.Text.Json;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
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
    public static AppendRequest Parse(ReadOnlySpan<byte> line)
    {
        ReadOnlyMemory<byte> canonical = CanonicalJson.Canonicalize(line, ServerLimits.ImportJson);
        var reader = new Utf8JsonReader(canonical.Span, new() { MaxDepth = ServerLimits.ImportJson.MaxDepth + 1 });
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, "A line must be a JSON object");
        string? id = null;
        string? timestamp = null;
        string? author = null;
        ReadOnlyMemory<byte>? mutations = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "id":
                    id = Text(ref reader, name);
                    break;
                case "timestamp":
                    timestamp = Text(ref reader, name);
                    break;
                case "author":
                    author = Text(ref reader, name);
                    break;
                case "error":
                    throw Malformed("The stream that is imported ends with an error of its source: it is not complete");
                case "mutations":
                    Require(reader.TokenType == JsonTokenType.StartArray, "\"mutations\" must be an array");
                    var start = (int)reader.TokenStartIndex;
                    SkipMutations(ref reader);
                    mutations = canonical[start..(int)reader.BytesConsumed];
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Build(id, timestamp, author, mutations);
    }

    private static AppendRequest Build(string? id, string? timestamp, string? author, ReadOnlyMemory<byte>? mutations)
    {
        Require(id is not null && timestamp is not null && author is not null && mutations is not null,
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
            Mutations = MutationParser.Parse(mutations!.Value, Options, ImportIdentifiers.Instance),
            EnforceReferences = false,
            SkipIfKnown = true,
        };
    }

    /// <summary>A history whose beginning was cut off begins with one mutation that cannot be replayed.</summary>
    private static void SkipMutations(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 2
                && reader.ValueTextEquals(Squashed))
            {
                throw Malformed($"\"{Squashed}\" cannot be imported: the history before it was cut off at its source");
            }

            if (reader.CurrentDepth > depth + 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Skip();
            }
        }
    }

    private static string Text(ref Utf8JsonReader reader, string name) => reader.TokenType == JsonTokenType.String
        ? reader.GetString()!
        : throw Malformed($"\"{name}\" must be a string");
}
