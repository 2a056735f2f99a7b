using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStore.Cli.Transfer;

/// <summary>
/// The options of <c>export</c> that select and shape what is exported. Without any of them the documents are streamed
/// as they are; with one the server makes a file of them.
/// </summary>
internal sealed class ExportSelection
{
    private const string Lines = "ndjson";

    private readonly Option<string> _format = new("--format")
    {
        Description = "ndjson, csv or parquet",
        HelpName = "format",
        DefaultValueFactory = _ => Lines,
    };

    private readonly Option<string?> _fields = new("--fields")
    {
        Description = "Only these fields, as dot paths",
        HelpName = "a,b.c",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only what meets a condition: a GROQ filter, a whole GROQ query (*[…]{…}), or the JSON of "
            + "filters",
        HelpName = "condition",
    };

    private readonly Option<int?> _sample = new("--sample")
    {
        Description = "Only so many documents, the first ones",
        HelpName = "count",
    };

    public void AddTo(Command command)
    {
        _format.AcceptOnlyFromAmong(Lines, "csv", "parquet");
        command.Add(_format);
        command.Add(_fields);
        command.Add(_filter);
        command.Add(_sample);
    }

    /// <summary>Whether the documents are to be streamed as they are.</summary>
    public bool IsPlain(ParseResult arguments) =>
        arguments.GetRequiredValue(_format) == Lines
        && arguments.GetValue(_fields) is null
        && arguments.GetValue(_filter) is null
        && arguments.GetValue(_sample) is null;

    /// <summary>The body of the request for a file; null when the documents are to be streamed.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="time">As of this instant.</param>
    /// <param name="revision">As of this transaction.</param>
    /// <param name="types">Only these types, separated by commas.</param>
    /// <exception cref="CommandFailure">The condition is neither GROQ nor JSON.</exception>
    public byte[]? ReadOrder(ParseResult arguments, string? time, string? revision, string? types)
    {
        var format = arguments.GetRequiredValue(_format);
        var fields = arguments.GetValue(_fields);
        var filter = arguments.GetValue(_filter);
        var sample = arguments.GetValue(_sample);
        if (IsPlain(arguments))
        {
            return null;
        }

        // Drafts are exported as they are without these options.
        var order = new JsonObject { ["format"] = format == Lines ? "json" : format, ["drafts"] = true };
        Set(order, "time", time);
        Set(order, "revision", revision);
        if (fields is not null)
        {
            order["select_fields"] = ListOf(fields);
        }

        if (sample is not null)
        {
            order["sample_size"] = sample;
        }

        if (filter is not null)
        {
            AddFilter(order, filter.Trim(), types);
        }
        else if (types is not null)
        {
            order["types"] = ListOf(types);
        }

        return Encoding.UTF8.GetBytes(order.ToJsonString());
    }

    private static void AddFilter(JsonObject order, string filter, string? types)
    {
        if (filter.StartsWith('{'))
        {
            try
            {
                order["filters"] = JsonNode.Parse(filter);
            }
            catch (JsonException failure)
            {
                throw new CommandFailure($"--filter is not valid JSON: {failure.Message}", failure);
            }

            if (types is not null)
            {
                order["types"] = ListOf(types);
            }

            return;
        }

        var isQuery = filter.StartsWith('*');
        if (isQuery && types is not null)
        {
            throw new CommandFailure("--types does not go with a whole query, which says the same");
        }

        order["groq"] = isQuery ? filter : types is null ? $"*[{filter}]" : $"*[_type in $types && ({filter})]";
        if (!isQuery && types is not null)
        {
            order["params"] = new JsonObject { ["types"] = ListOf(types) };
        }
    }

    private static void Set(JsonObject order, string name, string? value)
    {
        if (value is not null)
        {
            order[name] = value;
        }
    }

    private static JsonArray ListOf(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
