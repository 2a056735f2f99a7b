using System.Buffers;
using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using EventStore.Cli.Connection;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Queries;

/// <summary>What can be said of a query that a server evaluates.</summary>
internal sealed class QueryOptions
{
    private readonly Option<string?> _time = new("--time")
    {
        Description = "On the dataset as of this instant (ISO 8601)",
        HelpName = "time",
    };

    private readonly Option<string?> _revision = new("--revision")
    {
        Description = "On the dataset as of this transaction",
        HelpName = "id",
    };

    private readonly Option<string?> _perspective = new("--perspective")
    {
        Description = "raw, published, drafts, or releases, drafts and published; raw when left out",
        HelpName = "a,b",
    };

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Also say on standard error how the query was carried out",
    };

    private readonly Option<string?> _format = new("--format")
    {
        Description = "How to show the result; table on a terminal when left out, otherwise ndjson",
    };

    /// <summary>Adds the options to a command, which excludes those that do not go together.</summary>
    public void AddTo(Command command, Option<FileInfo?> file)
    {
        _format.AcceptOnlyFromAmong("table", "ndjson", "json");
        Option[] options = [_time, _revision, _perspective, _format, _explain];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_time) is not null && result.GetValue(_revision) is not null)
            {
                result.AddError("--time and --revision exclude each other.");
            }

            Option? remote = options.FirstOrDefault(option => result.GetResult(option) is not null);
            if (result.GetValue(file) is not null && remote is not null)
            {
                result.AddError($"{remote.Name} is for datasets, not for --file.");
            }
        });
    }

    /// <summary>Sends a query and shows its result.</summary>
    public async Task RunAsync(
        EventStoreConnection server,
        StandardStreams streams,
        ParseResult arguments,
        string dataset,
        string query,
        Dictionary<string, ReadOnlyMemory<byte>> parameters,
        CancellationToken cancellation)
    {
        using var content = new ReadOnlyMemoryContent(Body(query, parameters));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await server.SendAsync(
            HttpMethod.Post, Path(arguments, dataset), content, cancellation);
        byte[] answer;
        try
        {
            answer = await response.Content.ReadAsByteArrayAsync(cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new CommandFailure($"the answer broke off: {failure.Message}", failure);
        }

        if (Member(answer, "explain") is { IsEmpty: false } explanation)
        {
            using JsonDocument json = JsonDocument.Parse(explanation);
            streams.Error.WriteLine(
                JsonSerializer.Serialize(json.RootElement, new JsonSerializerOptions { WriteIndented = true }));
        }

        ReadOnlyMemory<byte> result = Member(answer, "result");
        string format = arguments.GetValue(_format) ?? (streams.OutputIsTerminal ? "table" : "ndjson");
        await (format switch
        {
            "table" => QueryOutput.WriteTableAsync(result, streams, cancellation),
            "json" => QueryOutput.WriteAsync(result, streams.OpenOutput(), cancellation),
            _ => QueryOutput.WriteLinesAsync(result, streams.OpenOutput(), cancellation),
        });
    }

    private static ReadOnlyMemory<byte> Body(string query, Dictionary<string, ReadOnlyMemory<byte>> parameters)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("query"u8, query);
        writer.WriteStartObject("params"u8);
        foreach ((string name, ReadOnlyMemory<byte> value) in parameters)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    /// <summary>The text of a member of the answer; empty when there is none.</summary>
    private static ReadOnlyMemory<byte> Member(byte[] answer, string name)
    {
        try
        {
            var reader = new Utf8JsonReader(answer, new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals(name);
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isWanted)
                {
                    return answer.AsMemory(start..(int)reader.BytesConsumed);
                }
            }

            return default;
        }
        catch (JsonException failure)
        {
            throw new CommandFailure("the answer is not JSON: is this an EventStore server?", failure);
        }
    }

    private string Path(ParseResult arguments, string dataset)
    {
        (string Name, string? Value)[] parameters =
        [
            ("returnQuery", "false"),
            ("perspective", arguments.GetValue(_perspective)),
            ("time", arguments.GetValue(_time)),
            ("revision", arguments.GetValue(_revision)),
            ("explain", arguments.GetValue(_explain) ? "true" : null),
        ];
        var given = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return $"/v1/data/query/{Uri.EscapeDataString(dataset)}?{string.Join('&', given)}";
    }
}
