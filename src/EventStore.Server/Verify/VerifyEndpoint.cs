using System.Text.Json;
using EventStore.Log.Postgres;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Verify;

/// <summary>
/// <c>POST /data/verify/{dataset}</c>: recomputes the chain, replays the whole log and compares every head; streams how
/// far it is and, in its last line, what it found.
/// </summary>
internal static class VerifyEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/data/verify/{dataset}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context, string dataset, DatasetGate gate, LogVerifier verifier, TimeProvider clock)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.VerifyDatasets);
        QueryParameters.Of(context.Request);
        var steps = verifier.VerifyAsync(opened.Dataset, context.RequestAborted);
        await StepLines.SendAsync(context, steps, static step => step is VerificationProgress, Write, clock);
    }

    /// <summary>Writes the one member that a step consists of.</summary>
    public static void Write(Utf8JsonWriter writer, VerificationStep step)
    {
        switch (step)
        {
            case VerificationProgress progress:
                writer.WriteStartObject("progress"u8);
                writer.WriteNumber("sequence"u8, progress.Sequence);
                writer.WriteNumber("of"u8, progress.Of);
                break;
            case VerificationPassed passed:
                writer.WriteStartObject("verified"u8);
                writer.WriteNumber("transactions"u8, passed.Transactions);
                writer.WriteNumber("documents"u8, passed.Documents);
                writer.WriteString("digest"u8, passed.Digest);
                break;
            case VerificationDifference difference:
                writer.WriteStartObject("difference"u8);
                WriteDifference(writer, difference);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter writer, VerificationDifference difference)
    {
        if (difference.Sequence is { } sequence)
        {
            writer.WriteNumber("sequence"u8, sequence);
        }

        if (difference.DocumentId is { } document)
        {
            writer.WriteString("documentId"u8, document.Value);
        }

        writer.WriteString("description"u8, difference.Description);
    }
}
