using System.Globalization;
using System.Runtime.CompilerServices;
using EventStore.Log.Postgres;
using EventStore.Log.Projections;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Export;

/// <summary>
/// <c>GET /data/export/{dataset}</c>: all documents by ascending id, one a line, as of one sequence. With
/// <c>nextCursor</c> (empty at first) the stream ends after a page and names the next one in its last line.
/// </summary>
internal static class ExportEndpoint
{
    /// <summary>The sequence the export is pinned to.</summary>
    public const string SequenceHeader = "X-EventStore-Sequence";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/data/export/{dataset}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        TransactionReader transactions,
        DatasetReader documents,
        DocumentScreen screen,
        TokenPepper pepper)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        var query = QueryParameters.Of(context.Request);
        var asOf = AsOf.Read(query);
        ExportCursor? cursor = null;
        if (query.Text("nextCursor") is { } text)
        {
            var head = await transactions.HeadAsync(opened.Dataset, context.RequestAborted);
            cursor = ExportCursor.Parse(text, opened.Dataset, head, pepper);
        }

        var isPast = cursor?.IsPast ?? !asOf.IsNow;
        if (isPast)
        {
            AccessPolicy.Require(opened.Caller, opened.Access, DocumentPermissions.Read | DocumentPermissions.History);
            opened = opened with { Access = opened.Access.ToThePast() };
        }

        var sequence = cursor?.Sequence
            ?? await asOf.FindSequenceAsync(transactions, opened.Dataset, context.RequestAborted)
            ?? throw BoomException.NotFound($"Revision \"{asOf.Revision}\" not found");
        var export = new ExportPage(opened, query.List("types")?.ToHashSet(StringComparer.Ordinal), sequence)
        {
            Ends = query.Contains("nextCursor"),
        };
        context.Response.Headers[SequenceHeader] = sequence.ToString(CultureInfo.InvariantCulture);
        var state = documents.ReadAsync(opened.Dataset, sequence, cursor?.AfterId, context.RequestAborted);
        await LineStream.SendAsync(
            context,
            SelectAsync(
                export, state, isPast && opened.Access.ReadsByContent ? screen : null, context.RequestAborted),
            static (answer, portion) => answer.Write(portion.Span),
            finish: answer => FinishAsync(
                answer,
                export,
                next => (next with { IsPast = isPast }).Write(pepper),
                transactions,
                context.RequestAborted));
    }

    /// <summary>Portions small enough for the client to be waited for between any two of them.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> SelectAsync(
        ExportPage export,
        IAsyncEnumerable<DocumentBatch> batches,
        DocumentScreen? screen,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.WithCancellation(cancellationToken))
        {
            // What may be seen of the past depends on what the documents are like today.
            var allowed = screen is null
                ? null
                : await screen.AllowedAsync(
                    export.Request.Dataset,
                    export.Request.Access,
                    DocumentAccess.ReadPast,
                    [.. Enumerable.Range(0, batch.Count).Select(index => batch[index].Id)],
                    cancellationToken);
            foreach (var lines in export.Select(batch, allowed))
            {
                for (var rest = lines; !rest.IsEmpty;)
                {
                    var portion = rest[..Math.Min(rest.Length, ServerLimits.StreamFlushBytes)];
                    yield return portion;
                    rest = rest[portion.Length..];
                }
            }

            if (export.HasSuccessor)
            {
                yield break;
            }
        }
    }

    private static async ValueTask FinishAsync(
        StreamedAnswer answer,
        ExportPage export,
        Func<ExportCursor, string> write,
        TransactionReader transactions,
        CancellationToken cancellationToken)
    {
        await export.Request.RequireStillThereAsync(transactions, cancellationToken);
        if (export.Successor is { } next)
        {
            // Clients see the cursor only when its line arrives in one piece: it travels alone.
            await answer.FlushAsync();
            answer.Write("{\"nextCursor\":"u8);
            answer.WriteString(write(next));
            answer.Write("}\n"u8);
        }
    }
}
