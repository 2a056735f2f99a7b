using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.History;

/// <summary>
/// <c>GET /data/history/{dataset}/transactions[/{ids}]</c>: the log, one transaction a line. The end is pinned when
/// reading begins.
/// </summary>
internal static class TransactionsEndpoint
{
    public static Task HandleAllAsync(
        HttpContext context, string dataset, DatasetGate gate, TransactionReader reader, DocumentScreen screen) =>
        SendAsync(context, dataset, null, gate, reader, screen);

    public static Task HandleDocumentsAsync(
        HttpContext context,
        string dataset,
        string ids,
        DatasetGate gate,
        TransactionReader reader,
        DocumentScreen screen) =>
        SendAsync(context, dataset, ids, gate, reader, screen);

    private static async Task SendAsync(
        HttpContext context,
        string dataset,
        string? ids,
        DatasetGate gate,
        TransactionReader reader,
        DocumentScreen screen)
    {
        var opened = await gate.OpenRememberedAsync(
            context, dataset, DocumentPermissions.Read | DocumentPermissions.History);
        await gate.RunAsync(context, opened, found => SendAsync(context, found, ids, reader, screen));
    }

    private static async Task SendAsync(
        HttpContext context, DatasetRequest opened, string? ids, TransactionReader reader, DocumentScreen screen)
    {
        var parameters = TransactionParameters.Read(QueryParameters.Of(context.Request));
        var documents = ids is null
            ? null
            : await screen.WithHistoryAsync(
                opened.Dataset, opened.Access, DocumentIdList.Parse(ids), context.RequestAborted);
        var query = (await parameters.ToQueryAsync(reader, opened.Dataset, documents, context.RequestAborted)) with
        {
            Visible = opened.Access.ReadsAllHistory ? null : opened.Access.CanReadHistory,
            Screen = opened.Access.ReadsHistoryByContent
                ? documents => screen.AllowedAsync(
                    opened.Dataset, opened.Access, DocumentAccess.ReadPast, documents, context.RequestAborted)
                : null,
        };

        // A page says by itself that the dataset is still there; what is read after it does not.
        var readsAfterPages = query.IncludeEffects || query.Mutations == MutationDetail.Full;
        await LineStream.SendAsync(
            context,
            reader.ReadAsync(opened.Dataset, query, context.RequestAborted),
            (line, transaction) => TransactionLine.Write(line, transaction, parameters),
            finish: readsAfterPages || query.FromSequence > query.ToSequence
                ? _ => opened.RequireStillThereAsync(reader, context.RequestAborted)
                : null);
    }
}
