using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Mendoza;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.History;

/// <summary>
/// <c>GET /data/history/{dataset}/documents/{id}/diff?from=&amp;to=&amp;format=</c>: what changed in a document between
/// two moments. Documents are compared without <c>_rev</c>; one that does not exist counts as <c>null</c>. Without
/// <c>to</c> the comparison is with now.
/// </summary>
internal static class DiffEndpoint
{
    private const string MendozaFormat = "mendoza";

    public static async Task HandleAsync(
        HttpContext context,
        string dataset,
        string id,
        DatasetGate gate,
        TransactionReader transactions,
        DocumentReader documents,
        DocumentScreen screen)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Read | DocumentPermissions.History);
        var query = QueryParameters.Of(context.Request);
        if (!DocumentId.TryParse(id, out var document, out var reason))
        {
            throw BoomException.BadRequest(reason);
        }

        var allowed = await screen.WithHistoryAsync(
            opened.Dataset, opened.Access, [document], context.RequestAborted);
        if (allowed.Count == 0)
        {
            throw AccessPolicy.Forbidden("history");
        }

        var format = query.Text("format") ?? MendozaFormat;
        if (format is not (MendozaFormat or ReadableDiff.JsonDiffPatchFormat or ReadableDiff.JsonPatchFormat))
        {
            throw BoomException.BadRequest("\"format\" must be mendoza, jsondiffpatch or json-patch");
        }

        async Task<DiffSide> SideAsync(string name, string text)
        {
            var sequence = await DiffPoint.FindSequenceAsync(
                name, text, transactions, opened.Dataset, context.RequestAborted);
            var found = await documents.ReadAsync(opened.Dataset, [document], sequence, context.RequestAborted);
            return new(sequence, found.SingleOrDefault());
        }

        var from = await SideAsync("from", query.Text("from")
            ?? throw BoomException.BadRequest("\"from\" is missing: a revision, sequence or time"));
        var head = await transactions.HeadAsync(opened.Dataset, context.RequestAborted);
        var to = await SideAsync("to", query.Text("to") ?? $"sequence:{head.Sequence}");
        var diff = format == MendozaFormat
            ? MendozaPair(from.Content, to.Content)
            : ReadableDiff.Create(from.Content, to.Content, format, context.RequestAborted);
        await SendAsync(context, document, format, from, to, diff);
    }

    private static async Task SendAsync(
        HttpContext context, DocumentId document, string format, DiffSide from, DiffSide to, ReadOnlyMemory<byte> diff)
    {
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{\"documentId\":"u8);
        answer.WriteString(document.Value);
        answer.Write(",\"from\":"u8);
        from.WriteTo(answer);
        answer.Write(",\"to\":"u8);
        to.WriteTo(answer);
        answer.Write(",\"format\":"u8);
        answer.WriteString(format);
        answer.Write(",\"diff\":"u8);
        answer.Write(diff.Span);
        answer.Write("}"u8);
        await answer.CompleteAsync();
    }
    private static ReadOnlyMemory<byte> MendozaPair(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        var patches = MendozaDiff.Create(left.Span, right.Span);
        return (byte[])[.. "{\"apply\":"u8, .. patches.Apply, .. ",\"revert\":"u8, .. patches.Revert, .. "}"u8];
    }
}
