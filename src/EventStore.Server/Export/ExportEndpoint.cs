using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
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
/// <c>nextCursor</c> (empty at first) the stream ends after a page and names the next one in its last line. With
/// <c>since</c> it holds only what changed since that revision.
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
        ExportSource source,
        TokenPepper pepper,
        TimeProvider clock)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read);
        var query = QueryParameters.Of(context.Request);
        var (asOf, since) = (AsOf.Read(query), ReadSince(query));
        ExportCursor? cursor = null;
        if (query.Text("nextCursor") is { } text)
        {
            var head = await transactions.HeadAsync(opened.Dataset, context.RequestAborted);
            cursor = ExportCursor.Parse(text, opened.Dataset, head, pepper);
        }

        // What was deleted since a revision tells of the past, too.
        var isPast = cursor?.IsPast ?? (!asOf.IsNow || since is not null);
        if (isPast)
        {
            AccessPolicy.Require(opened.Caller, opened.Access, DocumentPermissions.Read | DocumentPermissions.History);
            opened = opened with { Access = opened.Access.ToThePast() };
        }

        var sequence = cursor?.Sequence
            ?? await asOf.FindSequenceAsync(transactions, opened.Dataset, context.RequestAborted)
            ?? throw BoomException.NotFound($"Revision \"{asOf.Revision}\" not found");
        var export = new ExportRequest(opened, sequence)
        {
            Since = cursor is null
                ? await FindSinceAsync(transactions, opened.Dataset, since, sequence, context.RequestAborted)
                : cursor.Since,
            Types = query.List("types")?.ToHashSet(StringComparer.Ordinal),
        };
        var bounds = new ExportBounds(query.Contains("nextCursor"), clock);
        context.Response.Headers[SequenceHeader] = sequence.ToString(CultureInfo.InvariantCulture);
        await LineStream.SendAsync(
            context,
            source.ReadAsync(export, bounds, cursor?.AfterId, isPast, context.RequestAborted),
            static (answer, portion) => answer.Write(portion.Span),
            finish: async answer =>
            {
                await opened.RequireStillThereAsync(transactions, context.RequestAborted);
                if (bounds is { HasSuccessor: true, LastId: { } last })
                {
                    await WriteCursorAsync(answer, (export.CursorAfter(last) with { IsPast = isPast }).Write(pepper));
                }
            });
    }

    private static TransactionId? ReadSince(QueryParameters query) =>
        query.Text("since") is not { } text ? null
        : TransactionId.TryParse(text, out var id, out var reason) ? id
        : throw BoomException.BadRequest($"\"since\": {reason}");

    /// <exception cref="BoomException">404 or 400: the changes have no base to build upon.</exception>
    private static async Task<long?> FindSinceAsync(
        TransactionReader transactions,
        Dataset dataset,
        TransactionId? since,
        long sequence,
        CancellationToken cancellationToken)
    {
        if (since is not { } revision)
        {
            return null;
        }

        var found = await transactions.FindSequenceAsync(dataset, revision, cancellationToken)
            ?? throw BoomException.NotFound(
                $"Revision \"{revision}\", given as \"since\", is not in this dataset: export it whole");
        return found <= sequence
            ? found
            : throw BoomException.BadRequest("\"since\" must not be later than the state that is exported");
    }

    private static async Task WriteCursorAsync(StreamedAnswer answer, string cursor)
    {
        // Clients see the cursor only when its line arrives in one piece: it travels alone.
        await answer.FlushAsync();
        answer.Write("{\"nextCursor\":"u8);
        answer.WriteString(cursor);
        answer.Write("}\n"u8);
    }
}
