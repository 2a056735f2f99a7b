using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventStore.Server.Collections;
using Microsoft.AspNetCore.WebUtilities;

namespace EventStore.Server.Wire;

/// <summary>An error as clients see it: a status and one of the documented bodies, always on a single line.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Type">What kind of error, for programs.</param>
/// <param name="Message">What is wrong, for people.</param>
internal sealed record Failure(int StatusCode, string Type, string Message)
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A code of management errors that clients recognise.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What to tell the client to wait before it tries again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the body has an object under <c>error</c>; a management error has a text there.</summary>
    public bool IsDescribed { get; init; }

    /// <summary>The failed mutations of a transaction, already as JSON array; empty for other errors.</summary>
    public ReadOnlyMemory<byte> Items { get; init; }

    /// <summary>The query that the error is in.</summary>
    public string? Query { get; init; }

    /// <summary>Where the error begins in the query, in UTF-16 units.</summary>
    public int Start { get; init; }

    /// <summary>Where it ends, exclusive.</summary>
    public int End { get; init; }

    /// <summary>What is wrong with a request on a collection; empty for other errors.</summary>
    public IReadOnlyList<BodyFault> Faults { get; init; } = [];

    /// <summary>Number of the line of an import that the error is about.</summary>
    public long? Line { get; init; }

    /// <summary>Writes the body, without a line end.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Format);
        writer.WriteStartObject();
        if (Faults.Count > 0)
        {
            WriteFaults(writer);
        }
        else if (IsDescribed)
        {
            WriteDescription(writer);
        }
        else
        {
            writer.WriteNumber("statusCode"u8, StatusCode);
            writer.WriteString("error"u8, Reason(StatusCode));
            writer.WriteString("message"u8, Message);
            if (ErrorCode is not null)
            {
                writer.WriteString("errorCode"u8, ErrorCode);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The shape that clients of collections know.</summary>
    private void WriteFaults(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("detail"u8);
        foreach (var fault in Faults)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("loc"u8);
            foreach (var place in fault.Location)
            {
                if (place is int number)
                {
                    writer.WriteNumberValue(number);
                }
                else
                {
                    writer.WriteStringValue((string)place);
                }
            }

            writer.WriteEndArray();
            writer.WriteString("msg"u8, fault.Message);
            writer.WriteString("type"u8, fault.Type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteDescription(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("description"u8, Message);
        writer.WriteString("type"u8, Type);
        if (Query is not null)
        {
            writer.WriteString("query"u8, Query);
            writer.WriteNumber("start"u8, Start);
            writer.WriteNumber("end"u8, End);
        }

        if (Line is { } line)
        {
            writer.WriteNumber("line"u8, line);
        }

        if (!Items.IsEmpty)
        {
            writer.WritePropertyName("items"u8);
            writer.WriteRawValue(Items.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private static string Reason(int statusCode) =>
        ReasonPhrases.GetReasonPhrase(statusCode) is { Length: > 0 } reason ? reason : "Error";
}
