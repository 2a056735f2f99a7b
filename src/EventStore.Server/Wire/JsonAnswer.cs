using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>Answers of JSON endpoints. Clients read a body as JSON only when its type says so.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>How JSON is written: no escapes but the needed ones, the answers are never part of a page.</summary>
    public static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends what <paramref name="write"/> writes.</summary>
    public static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            write(writer);
        }

        context.Response.ContentType = ContentType;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Sends an array of what <paramref name="write"/> makes of each item.</summary>
    public static Task SendArrayAsync<T>(HttpContext context, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        SendAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
        });

    /// <summary>The answer to a deletion.</summary>
    public static void Deleted(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("deleted"u8, true);
        writer.WriteEndObject();
    }
}
