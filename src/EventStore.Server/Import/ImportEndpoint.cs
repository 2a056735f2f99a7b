using EventStore.Log.Postgres;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Import;

/// <summary>
/// <c>POST /data/import/{dataset}</c>: appends a stream of transactions, keeping ids, timestamps and authors.
/// Transactions the log knows already are skipped, so an import that was interrupted is resumed by repeating it.
/// </summary>
internal static class ImportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/data/import/{dataset}", HandleAsync).WithMetadata(DescribedErrors.Instance);

    private static async Task HandleAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        TransactionAppender appender,
        TimeProvider clock,
        ILogger<Importer> logger)
    {
        using var report = new ImportReport(context, clock);
        try
        {
            var opened = await gate.OpenAsync(context, dataset, Permissions.ImportDatasets);
            QueryParameters.Of(context.Request);
            ImportBody.Unbound(context);
            await using var body = await ImportBody.OpenAsync(context.Request, context.RequestAborted);
            var importer = new Importer(appender, opened.Dataset, report);
            var lines = await importer.RunAsync(new ImportReader(body), context.RequestAborted);
            await report.FinishAsync(lines);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            var failure = Failures.From(exception);
            if (failure.StatusCode >= 500)
            {
                WireLog.RequestFailed(logger, context, exception);
            }

            await (report.HasStarted ? report.FailAsync(failure) : ErrorMiddleware.WriteAsync(context, failure));
            if (failure.StatusCode != StatusCodes.Status401Unauthorized)
            {
                await ImportBody.DrainAsync(context.Request, context.RequestAborted);
            }
        }
    }
}
