using System.Runtime.CompilerServices;
using System.Text.Json;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Replay;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.History;
using EventStore.Server.Verify;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Replay;

/// <summary>
/// <c>POST /data/replay/{dataset}?from=&amp;to=&amp;verify=</c>: replays the log from one moment to another, each a
/// revision, a sequence or a time; streams how far it is and, in its last line, what it came to. With <c>verify</c> the
/// log and everything derived is proved first, and the state that is read at the end compared with the replay.
/// </summary>
internal static class ReplayEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/data/replay/{dataset}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        TransactionReader transactions,
        LogReplayer replayer,
        LogVerifier verifier,
        TimeProvider clock)
    {
        var opened = await gate.OpenAsync(context, dataset, Permissions.VerifyDatasets);
        var query = QueryParameters.Of(context.Request);
        async Task<long?> PointAsync(string name) => query.Text(name) is { } text
            ? await DiffPoint.FindSequenceAsync(name, text, transactions, opened.Dataset, context.RequestAborted)
            : null;

        var from = await PointAsync("from") ?? 0;
        var to = await PointAsync("to")
            ?? (await transactions.HeadAsync(opened.Dataset, context.RequestAborted)).Sequence;
        if (from > to)
        {
            throw BoomException.BadRequest("\"from\" must not be later than \"to\"");
        }

        var verification = query.Flag("verify") == true ? verifier : null;
        var steps = RunAsync(replayer, verification, opened.Dataset, from, to, context.RequestAborted);
        await StepLines.SendAsync(
            context, steps, static step => step is ReplayProgress or VerificationProgress, Write, clock);
    }

    private static async IAsyncEnumerable<object> RunAsync(
        LogReplayer replayer,
        LogVerifier? verifier,
        Dataset dataset,
        long from,
        long to,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (verifier is not null)
        {
            await foreach (var step in verifier.VerifyAsync(dataset, cancellationToken))
            {
                if (step is VerificationPassed)
                {
                    break;
                }

                yield return step;
                if (step is VerificationDifference)
                {
                    yield break;
                }
            }
        }

        await foreach (var step in replayer.ReplayAsync(dataset, from, to, cancellationToken))
        {
            if (verifier is not null && step is ReplaySummary summary
                && await replayer.CompareAsync(dataset, summary, cancellationToken) is { } difference)
            {
                yield return difference;
                yield break;
            }

            yield return step;
        }
    }

    private static void Write(Utf8JsonWriter writer, object step)
    {
        if (step is VerificationStep verification)
        {
            VerifyEndpoint.Write(writer, verification);
            return;
        }

        if (step is ReplayProgress progress)
        {
            writer.WriteStartObject("progress"u8);
            writer.WriteNumber("sequence"u8, progress.Sequence);
            writer.WriteNumber("of"u8, progress.Of);
        }
        else if (step is ReplaySummary summary)
        {
            writer.WriteStartObject("replayed"u8);
            writer.WriteNumber("sequence"u8, summary.Sequence);
            writer.WriteNumber("transactions"u8, summary.Transactions);
            writer.WriteNumber("effects"u8, summary.Effects);
            writer.WriteNumber("documents"u8, summary.Documents);
            writer.WriteNumber("bytes"u8, summary.Bytes);
            writer.WriteString("digest"u8, summary.Digest);
        }

        writer.WriteEndObject();
    }
}
