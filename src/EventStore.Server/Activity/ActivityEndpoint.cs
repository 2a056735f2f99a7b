using System.Globalization;
using System.Text.Json;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Activity;

/// <summary>What was changed in a project, by whom and when, in pages.</summary>
internal static class ActivityEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/projects/{project}/activity", ListAsync);

    private static async Task ListAsync(HttpContext context, ProjectGate gate, ActivityLog activity)
    {
        var (_, project) = await gate.OpenAsync(context, Permissions.ReadActivity);
        var query = ReadQuery(context.Request);

        // One more than asked for tells whether there is another page.
        var entries = await activity.ReadAsync(
            project.Id, query with { Limit = query.Limit + 1 }, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var entry in entries.Take(query.Limit))
            {
                Write(writer, entry);
            }

            writer.WriteEndArray();
            if (entries.Count > query.Limit)
            {
                var last = entries[query.Limit - 1].Sequence;
                writer.WriteString("nextCursor"u8, last.ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                writer.WriteNull("nextCursor"u8);
            }

            writer.WriteEndObject();
        });
    }

    private static ActivityQuery ReadQuery(HttpRequest request)
    {
        var parameters = QueryParameters.Of(request);
        var limit = parameters.Count("limit") ?? ServerLimits.ActivityPage;
        if (limit is < 1 or > ServerLimits.ActivityPageMost)
        {
            throw BoomException.BadRequest($"\"limit\" must be from 1 to {ServerLimits.ActivityPageMost}");
        }

        return new()
        {
            Ascending = parameters.Text("order") switch
            {
                null or "desc" => false,
                "asc" => true,
                _ => throw BoomException.BadRequest("\"order\" must be asc or desc"),
            },
            After = parameters.Count("nextCursor"),
            FromTime = parameters.Time("fromTime"),
            ToTime = parameters.Time("toTime"),
            Authors = parameters.List("authors"),
            Actions = parameters.List("actions"),
            Limit = (int)limit,
        };
    }

    private static void Write(Utf8JsonWriter writer, ActivityEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("sequenceNumber"u8, entry.Sequence.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("timestamp"u8, WireTime.Format(entry.Timestamp));
        writer.WriteString("author"u8, entry.Author);
        writer.WriteString("action"u8, entry.Action);
        writer.WriteString("subject"u8, entry.Subject);
        writer.WritePropertyName("details"u8);
        writer.WriteRawValue(entry.Details);
        writer.WriteEndObject();
    }
}
