using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Rollback;

/// <summary>
/// <c>POST /data/rollback/{dataset}/plan</c> shows what undoing something would do,
/// <c>POST /data/rollback/{dataset}</c> does what was shown.
/// </summary>
internal static class RollbackEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/data/rollback/{dataset}/plan", PlanAsync);
        routes.MapPost("/data/rollback/{dataset}", ApplyAsync);
    }

    private static async Task PlanAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        RollbackPlanner planner,
        DocumentScreen screen,
        TransactionReader transactions)
    {
        var opened = await gate.OpenAsync(context, dataset, RollbackAccess.Anywhere);
        QueryParameters.Of(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var order = RollbackOrder.Read(body);
        var format = body.Choice("format", PlanLine.Formats) ?? PlanLine.Formats[0];
        var excludeContent = body.Flag("excludeContent") ?? false;
        var plan = await planner.PlanAsync(
            opened.Dataset,
            order,
            documents => RollbackAccess.RequireAsync(opened, screen, documents, context.RequestAborted),
            context.RequestAborted);
        await LineStream.SendAsync(
            context,
            planner.ReadAsync(opened.Dataset, plan, context.RequestAborted),
            (line, document) => PlanLine.Write(
                line, document, plan.Find(document.Id)!, format, excludeContent, context.RequestAborted),
            finish: async line =>
            {
                await opened.RequireStillThereAsync(transactions, context.RequestAborted);
                PlanLine.WriteEnd(line, plan, opened.Dataset, order);
            });
    }

    private static async Task ApplyAsync(
        HttpContext context, string dataset, DatasetGate gate, RollbackApplication application)
    {
        var opened = await gate.OpenAsync(context, dataset, RollbackAccess.Anywhere);
        QueryParameters.Of(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var order = RollbackOrder.Read(body);
        var plan = body.RequiredText("plan");
        if (!RollbackPlan.IsId(plan))
        {
            throw BoomException.BadRequest("\"plan\" must be the id of a plan, 64 hexadecimal digits");
        }

        var result = await application.ApplyAsync(opened, order, plan, context.RequestAborted);
        await JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("plan"u8, result.Plan);
            writer.WriteString("state"u8, result.State);
            writer.WriteNumber("documents"u8, result.Documents);
            writer.WriteStartArray("transactionIds"u8);
            foreach (var id in result.Transactions)
            {
                writer.WriteStringValue(id.Value);
            }

            writer.WriteEndArray();
            if (result.JobId is { } job)
            {
                writer.WriteString("jobId"u8, job);
            }

            writer.WriteEndObject();
        });
    }
}
