using System.Text.Json;
using EventStore.Mendoza;
using static EventStore.Server.Wire.DescribedException;

namespace EventStore.Server.Mutate;

/// <summary>
/// The body of a mutate request: canonicalised once as a whole, so that the mutations and the documents in them are
/// slices of it.
/// </summary>
internal sealed class MutateBody
{
    private readonly Dictionary<string, bool> _flags = new(StringComparer.Ordinal);

    private MutateBody(ReadOnlyMemory<byte> mutations) => Mutations = mutations;

    /// <summary>A canonical JSON array.</summary>
    public ReadOnlyMemory<byte> Mutations { get; }

    public string? TransactionId { get; private init; }

    public string? Visibility { get; private init; }

    /// <summary>A boolean member, or null when it is absent.</summary>
    public bool? Flag(string name) => _flags.TryGetValue(name, out var value) ? value : null;

    /// <summary>Reads a body. Members it does not know are ignored.</summary>
    /// <exception cref="JsonFormatException">The text is no JSON or outside the limits.</exception>
    /// <exception cref="Wire.DescribedException">The JSON is no mutate request.</exception>
    public static MutateBody Parse(ReadOnlySpan<byte> json)
    {
        ReadOnlyMemory<byte> canonical = CanonicalJson.Canonicalize(json, ServerLimits.MutationJson);
        var reader = new Utf8JsonReader(canonical.Span, new() { MaxDepth = ServerLimits.MutationJson.MaxDepth + 1 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Malformed("The body must be a JSON object");
        }

        ReadOnlyMemory<byte>? mutations = null;
        string? transactionId = null;
        string? visibility = null;
        var flags = new List<KeyValuePair<string, bool>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            switch (name)
            {
                case "mutations":
                    Require(reader.TokenType == JsonTokenType.StartArray, "\"mutations\" must be an array");
                    reader.Skip();
                    mutations = canonical[start..(int)reader.BytesConsumed];
                    break;
                case "transactionId":
                    transactionId = Text(ref reader, name);
                    break;
                case "visibility":
                    visibility = Text(ref reader, name);
                    break;
                case "dryRun" or "autoGenerateArrayKeys" or "returnIds" or "returnDocuments":
                    flags.Add(new(name, Boolean(ref reader, name)));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        Require(mutations is not null, "The body must have an array \"mutations\"");
        var body = new MutateBody(mutations!.Value) { TransactionId = transactionId, Visibility = visibility };
        flags.ForEach(flag => body._flags[flag.Key] = flag.Value);
        return body;
    }

    private static string? Text(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw Malformed($"\"{name}\" must be a string"),
    };

    private static bool Boolean(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw Malformed($"\"{name}\" must be true or false"),
    };
}
