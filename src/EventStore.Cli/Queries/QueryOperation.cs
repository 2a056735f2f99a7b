using System.Buffers;
using System.Text.Json;
using EventStore.Cli.Patches;
using EventStore.Groq;

namespace EventStore.Cli.Queries;

/// <summary>Reads <c>{"query","params"}</c>, writes <c>{"result"}</c> or <c>{"error"}</c>.</summary>
internal sealed class QueryOperation(DocumentFile documents, CancellationToken cancellation) : LineOperation
{
    private static readonly string[] Fields = ["query", "params"];

    protected override bool TryAnswer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output, out LineError error)
    {
        var values = new ReadOnlyMemory<byte>[Fields.Length];
        if (!TryReadFields(line, Fields, values, out error))
        {
            return false;
        }

        try
        {
            string query = ReadString(values[0]);
            var parameters = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            using JsonDocument given = JsonDocument.Parse(values[1]);
            foreach (JsonProperty parameter in given.RootElement.EnumerateObject())
            {
                parameters[parameter.Name] = System.Text.Encoding.UTF8.GetBytes(parameter.Value.GetRawText());
            }

            output.Write("{\"result\":"u8);
            GroqQuery.Parse(query, parameters).Evaluate(documents.CreateContext(cancellation), output);
            output.Write("}"u8);
            return true;
        }
        catch (GroqParseException failure)
        {
            error = new LineError("queryParseError", $"at {failure.Start}..{failure.End}: {failure.Description}");
        }
        catch (GroqEvaluationException failure)
        {
            error = new LineError(JsonNamingPolicy.CamelCase.ConvertName(failure.Error.ToString()), failure.Message);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            error = LineError.OfLine("\"query\" has to be a string and \"params\" an object");
        }

        return false;
    }

    private static string ReadString(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return reader.GetString() ?? throw new JsonException();
    }
}
