using System.Diagnostics;
using System.Globalization;
using EventStore.Groq;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Export;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Query;

/// <summary>
/// <c>GET|POST /data/query/{dataset}</c>: evaluates GROQ, on the dataset as it is or as it was. The result is sent when
/// it is whole, so that an error is always one.
/// </summary>
internal static class QueryEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/data/query/{dataset}", HandleAsync);
        routes.MapPost("/data/query/{dataset}", HandleAsync);
    }

    private static async Task HandleAsync(
        HttpContext context, string dataset, DatasetGate gate, TransactionReader transactions, QueryRunner runner)
    {
        var started = Stopwatch.GetTimestamp();
        var opened = await gate.OpenRememberedAsync(context, dataset, DocumentPermissions.Read);
        var request = await QueryRequest.ReadAsync(context);
        var isPast = !request.AsOf.IsNow;
        if (isPast)
        {
            AccessPolicy.Require(opened.Caller, opened.Access, DocumentPermissions.Read | DocumentPermissions.History);
            opened = opened with { Access = opened.Access.ToThePast() };
        }

        var query = QueryParseFailure.Parse(request.Text, request.Parameters);
        using var result = new ResultBuffer();
        await gate.RunAsync(context, opened, async found =>
        {
            // The end of the log is found by the query's first read, which saves a look for it.
            var sequence = isPast
                ? await request.AsOf.FindSequenceAsync(transactions, found.Dataset, context.RequestAborted)
                    ?? throw BoomException.NotFound($"Revision \"{request.AsOf.Revision}\" not found")
                : (long?)null;
            var view = new QueryView(sequence, request.Perspective, isPast);
            var run = await runner.RunAsync(found, query, view, result, context.RequestAborted);
            await SendAsync(context, found, request, query, view, run, result, started);
        });
    }

    private static async Task SendAsync(
        HttpContext context,
        DatasetRequest opened,
        QueryRequest request,
        GroqQuery query,
        QueryView view,
        QueryRun run,
        ResultBuffer result,
        long started)
    {
        context.Response.Headers[ExportEndpoint.SequenceHeader] = run.Sequence.ToString(CultureInfo.InvariantCulture);
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{"u8);
        if (request.ReturnsQuery)
        {
            answer.Write("\"query\":"u8);
            answer.WriteString(request.Text);
            answer.Write(","u8);
        }

        answer.Write("\"result\":"u8);
        if (result.Length <= ServerLimits.StreamFlushBytes)
        {
            result.CopyTo(answer);
        }
        else
        {
            await answer.FlushAsync();
            await result.SendAsync(context.Response.BodyWriter, context.RequestAborted);
        }

        var separator = ",\"syncTags\":["u8.ToArray();
        foreach (var tag in SyncTags.Of(opened.Dataset, query))
        {
            answer.Write(separator);
            answer.WriteString(tag);
            separator = [(byte)','];
        }

        answer.Write(separator is [(byte)','] ? "]"u8 : ",\"syncTags\":[]"u8);
        if (request.Explains)
        {
            answer.Write(",\"explain\":"u8);
            QueryExplanation.Write(answer, query, view, run, result.Length);
        }

        answer.Write(",\"ms\":"u8);
        var milliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        answer.WriteAscii(milliseconds.ToString(CultureInfo.InvariantCulture));
        answer.Write("}"u8);
        await answer.CompleteAsync();
    }
}
