using System.Globalization;
using System.Runtime.CompilerServices;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
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
        HttpContext context, string dataset, DatasetGate gate, TransactionReader transactions, DocumentReader documents)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        var query = QueryParameters.Of(context.Request);
        var asOf = AsOf.Read(query);
        if (!asOf.IsNow)
        {
            AccessPolicy.Require(opened.Caller, opened.Access, DocumentPermissions.Read | DocumentPermissions.History);
        }

        ExportCursor? cursor = null;
        if (query.Text("nextCursor") is { } text)
        {
            var head = await transactions.HeadAsync(opened.Dataset, context.RequestAborted);
            cursor = ExportCursor.Parse(text, opened.Dataset, head);
        }

        var sequence = cursor?.Sequence
            ?? await asOf.FindSequenceAsync(transactions, opened.Dataset, context.RequestAborted)
            ?? throw BoomException.NotFound($"Revision \"{asOf.Revision}\" not found");
        var export = new ExportPage(opened, query.List("types")?.ToHashSet(StringComparer.Ordinal), sequence)
        {
            Ends = query.Contains("nextCursor"),
        };
        context.Response.Headers[SequenceHeader] = sequence.ToString(CultureInfo.InvariantCulture);
        var state = documents.ReadDatasetAsync(opened.Dataset, sequence, cursor?.AfterId, context.RequestAborted);
        await LineStream.SendAsync(
            context,
            UpToPageEndAsync(export, state),
            export.Write,
            finish: answer => FinishAsync(answer, export, transactions, context.RequestAborted));
    }

    private static async IAsyncEnumerable<DocumentSnapshot> UpToPageEndAsync(
        ExportPage export,
        IAsyncEnumerable<DocumentSnapshot> documents,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var document in documents.WithCancellation(cancellationToken))
        {
            if (export.IsFull)
            {
                // There is at least this one more, so the page has a successor.
                export.HasSuccessor = true;
                yield break;
            }

            yield return document;
        }
    }

    private static async ValueTask FinishAsync(
        StreamedAnswer answer, ExportPage export, TransactionReader transactions, CancellationToken cancellationToken)
    {
        await export.Request.RequireStillThereAsync(transactions, cancellationToken);
        if (export.Successor is { } next)
        {
            // Clients see the cursor only when its line arrives in one piece: it travels alone.
            await answer.FlushAsync();
            answer.Write("{\"nextCursor\":"u8);
            answer.WriteString(next.ToString());
            answer.Write("}\n"u8);
        }
    }
}
