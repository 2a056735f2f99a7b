using System.Text.Json;
using EventStore.Log.Postgres.Replay;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Replay;

/// <summary>
/// <c>POST /data/rebuild/{dataset}</c>: makes everything derived anew from the log while the dataset is in use; streams
/// how far it is and, in its last line, what it found and mended.
/// </summary>
internal static class RebuildEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/data/rebuild/{dataset}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context, string dataset, DatasetGate gate, DerivedRebuilder rebuilder, TimeProvider clock)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.RebuildDatasets);
        QueryParameters.Of(context.Request);
        var steps = rebuilder.RebuildAsync(opened.Dataset, context.RequestAborted);
        await StepLines.SendAsync(context, steps, static step => step is RebuildProgress, Write, clock);
    }

    private static void Write(Utf8JsonWriter writer, RebuildStep step)
    {
        if (step is RebuildProgress progress)
        {
            writer.WriteStartObject("progress"u8);
            writer.WriteNumber("documents"u8, progress.Documents);
            writer.WriteNumber("of"u8, progress.Of);
        }
        else if (step is RebuildSummary summary)
        {
            writer.WriteStartObject("rebuilt"u8);
            writer.WriteNumber("documents"u8, summary.Documents);
            writer.WriteNumber("keyframes"u8, summary.Keyframes);
            writer.WriteNumber("checkpoints"u8, summary.Checkpoints);
            writer.WriteNumber("changedHeads"u8, summary.ChangedHeads);
            writer.WriteNumber("changedKeyframes"u8, summary.ChangedKeyframes);
            writer.WriteNumber("changedReferences"u8, summary.ChangedReferences);
        }

        writer.WriteEndObject();
    }
}
