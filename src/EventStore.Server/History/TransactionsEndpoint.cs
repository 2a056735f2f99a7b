using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
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
        HttpContext context, string dataset, DatasetGate gate, TransactionReader reader) =>
        SendAsync(context, dataset, null, gate, reader);

    public static Task HandleDocumentsAsync(
        HttpContext context, string dataset, string ids, DatasetGate gate, TransactionReader reader) =>
        SendAsync(context, dataset, ids, gate, reader);

    private static async Task SendAsync(
        HttpContext context, string dataset, string? ids, DatasetGate gate, TransactionReader reader)
    {
        var opened = await gate.OpenRememberedAsync(
            context, dataset, DocumentPermissions.Read | DocumentPermissions.History);
        await gate.RunAsync(context, opened, found => SendAsync(context, found, ids, reader));
    }

    private static async Task SendAsync(
        HttpContext context, DatasetRequest opened, string? ids, TransactionReader reader)
    {
        var parameters = TransactionParameters.Read(QueryParameters.Of(context.Request));
        var documents = ids is null
            ? null
            : DocumentIdList.Parse(ids).Where(opened.Access.CanReadHistory).ToList();
        var query = (await parameters.ToQueryAsync(reader, opened.Dataset, documents, context.RequestAborted)) with
        {
            Visible = opened.Access.ReadsAllHistory ? null : opened.Access.CanReadHistory,
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
