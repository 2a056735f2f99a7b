using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Documents;

/// <summary>Writes <c>{"documents":[…],"omitted":[{"id","reason"}]}</c>.</summary>
internal static class DocumentsAnswer
{
    /// <param name="context">The request to answer.</param>
    /// <param name="documents">What there is of what was asked for; enumerated once.</param>
    /// <param name="excludeContent">Reduces each document to its id and revision.</param>
    /// <param name="omitted">Says what is missing and why, given what was found; null leaves the member out.</param>
    public static async Task SendAsync(
        HttpContext context,
        IAsyncEnumerable<DocumentSnapshot> documents,
        bool excludeContent = false,
        Func<IReadOnlySet<DocumentId>, IEnumerable<OmittedDocument>>? omitted = null)
    {
        await using var enumerator = documents.GetAsyncEnumerator(context.RequestAborted);
        var more = await enumerator.MoveNextAsync();
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{\"documents\":["u8);
        var found = new HashSet<DocumentId>();
        for (; more; more = await enumerator.MoveNextAsync())
        {
            answer.Write(found.Count > 0 ? ","u8 : ""u8);
            found.Add(enumerator.Current.Id);
            WriteDocument(answer, enumerator.Current, excludeContent);
            await answer.FlushIfFullAsync();
        }

        answer.Write("]"u8);
        if (omitted is not null)
        {
            WriteOmitted(answer, omitted(found).ToList());
        }

        answer.Write("}"u8);
        await answer.CompleteAsync();
    }

    private static void WriteDocument(StreamedAnswer answer, DocumentSnapshot document, bool excludeContent)
    {
        if (!excludeContent)
        {
            DocumentContent.WriteWithRevision(document.Content.Span, document.Revision, answer);
            return;
        }

        answer.Write("{\"_id\":"u8);
        answer.WriteString(document.Id.Value);
        answer.Write(",\"_rev\":"u8);
        answer.WriteString(document.Revision);
        answer.Write("}"u8);
    }

    private static void WriteOmitted(StreamedAnswer answer, List<OmittedDocument> omitted)
    {
        answer.Write(",\"omitted\":["u8);
        for (var index = 0; index < omitted.Count; index++)
        {
            answer.Write(index > 0 ? ",{\"id\":"u8 : "{\"id\":"u8);
            answer.WriteString(omitted[index].Id.Value);
            answer.Write(",\"reason\":"u8);
            answer.WriteString(omitted[index].Reason);
            answer.Write("}"u8);
        }

        answer.Write("]"u8);
    }
}
