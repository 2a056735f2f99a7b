using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>Lists of the Access API: <c>{"data": […], "nextCursor": null}</c>, always whole.</summary>
internal static class DataAnswer
{
    public static Task SendAsync<T>(HttpContext context, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
            writer.WriteNull("nextCursor"u8);
            writer.WriteEndObject();
        });
}
