using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.History;

/// <summary>
/// <c>GET /data/history/{dataset}/documents/{ids}</c>: documents as they were. With none of <c>revision</c>,
/// <c>time</c> and <c>lastRevision</c> they are given as they are now.
/// </summary>
internal static class PastDocumentEndpoint
{
    public static async Task HandleAsync(
        HttpContext context,
        string dataset,
        string ids,
        DatasetGate gate,
        TransactionReader transactions,
        DocumentSlices slices,
        DocumentScreen screen)
    {
        var opened = await gate.OpenRememberedAsync(
            context, dataset, DocumentPermissions.Read | DocumentPermissions.History);
        await gate.RunAsync(context, opened, found => SendAsync(context, found, ids, transactions, slices, screen));
    }

    private static async Task SendAsync(
        HttpContext context,
        DatasetRequest opened,
        string ids,
        TransactionReader transactions,
        DocumentSlices slices,
        DocumentScreen screen)
    {
        var query = QueryParameters.Of(context.Request);
        query.RequireAtMostOne("revision", "time", "lastRevision");
        var asOf = AsOf.Read(query);
        var asked = await screen.WithHistoryAsync(
            opened.Dataset, opened.Access, DocumentIdList.Parse(ids), context.RequestAborted);
        if (query.Flag("lastRevision") == true)
        {
            await opened.RequireStillThereAsync(transactions, context.RequestAborted);
            var last = slices.ReadLastAsync(opened.Dataset, asked, context.RequestAborted);
            await DocumentsAnswer.SendAsync(context, last);
            return;
        }

        // An unknown revision finds nothing: clients take an empty list for "gone" and an error for a fault.
        var documents = slices.ReadAsync(opened.Dataset, asked, asOf.Moment, context.RequestAborted);
        await DocumentsAnswer.SendAsync(context, documents);
    }
}
