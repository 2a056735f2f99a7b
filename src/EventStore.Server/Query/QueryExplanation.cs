using System.Buffers;
using System.Text.Json;
using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Server.Wire;

namespace EventStore.Server.Query;

/// <summary>
/// How a query was carried out, for people: what it asked for, which way that was read, what it took.
/// </summary>
internal static class QueryExplanation
{
    public static void Write(
        IBufferWriter<byte> output, GroqQuery query, QueryView view, QueryRun run, long resultBytes)
    {
        using var writer = new Utf8JsonWriter(output, JsonAnswer.Format);
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, run.Sequence);
        writer.WriteString("perspective"u8, view.Perspective.Name);
        writer.WriteStartArray("sources"u8);
        foreach (var source in query.Sources)
        {
            WriteSource(writer, source);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("reads"u8);
        foreach (var read in run.Trace.Reads)
        {
            writer.WriteStartObject();
            writer.WriteString("source"u8, read.Source.ToString());
            writer.WriteString("access"u8, read.Path);
            if (read.Candidates is { } candidates)
            {
                writer.WriteNumber("candidates"u8, candidates);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("readCount"u8, run.Trace.ReadCount);
        writer.WriteNumber("documentsScanned"u8, run.Trace.DocumentsScanned);
        writer.WriteNumber("bytesScanned"u8, run.Trace.BytesScanned);
        writer.WriteNumber("lookUps"u8, run.Trace.LookUps);
        writer.WriteNumber("idsLookedUp"u8, run.Trace.IdsLookedUp);
        writer.WriteNumber("documentsFound"u8, run.Trace.DocumentsFound);
        writer.WriteNumber("steps"u8, run.Steps);
        writer.WriteNumber("resultBytes"u8, resultBytes);
        writer.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter writer, GroqSource source)
    {
        writer.WriteStartObject();
        writer.WriteString("source"u8, source.ToString());
        writer.WriteString("constraint"u8, source.Constraint.ToString());
        writer.WriteBoolean("isExact"u8, source.IsExact);
        writer.WriteBoolean("isDynamic"u8, source.IsDynamic);
        writer.WriteStartArray("order"u8);
        foreach (var key in source.Order)
        {
            writer.WriteStringValue(key.ToString());
        }

        writer.WriteEndArray();
        if (source.Limit is { } limit)
        {
            writer.WriteNumber("limit"u8, limit);
        }

        if (source.Attributes is { } attributes)
        {
            writer.WriteStartArray("attributes"u8);
            foreach (var attribute in attributes.Order(StringComparer.Ordinal))
            {
                writer.WriteStringValue(attribute);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
