using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Mutate;

/// <summary>Writes <c>{"transactionId","results":[{"id","operation","document"}]}</c>.</summary>
internal static class MutateAnswer
{
    /// <summary>
    /// One result for each document mentioned, in order of first mention: the first belongs to the first mutation.
    /// Documents that the caller may write but not read are not in it.
    /// </summary>
    public static async Task SendAsync(
        HttpContext context, AppendResult result, MutateOptions options, DocumentAccess access)
    {
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{\"transactionId\":"u8);
        answer.WriteString(result.Id.Value);
        answer.Write(",\"results\":["u8);
        for (var index = 0; index < result.Changes.Count; index++)
        {
            answer.Write(index > 0 ? ","u8 : ""u8);
            var change = result.Changes[index];
            var withDocument = options.ReturnDocuments && access.CanRead(change.Id);
            WriteResult(answer, result.Id, change, options.ReturnIds, withDocument);
            await answer.FlushIfFullAsync();
        }

        answer.Write("]}"u8);
        await answer.FlushAsync();
    }

    private static void WriteResult(
        StreamedAnswer answer, TransactionId transaction, DocumentChange change, bool withId, bool withDocument)
    {
        answer.Write("{"u8);
        if (withId)
        {
            answer.Write("\"id\":"u8);
            answer.WriteString(change.Id.Value);
            answer.Write(","u8);
        }

        answer.Write("\"operation\":"u8);
        answer.WriteString(change.Operation);
        if (withDocument && Returned(transaction, change) is { Content.IsEmpty: false } document)
        {
            answer.Write(",\"document\":"u8);
            DocumentContent.WriteWithRevision(document.Content.Span, document.Revision!, answer);
        }

        answer.Write("}"u8);
    }

    /// <summary>
    /// The state the transaction made; of a deleted document the one it took away, of an untouched one the present one.
    /// </summary>
    private static DocumentState Returned(TransactionId transaction, DocumentChange change) => change.Operation switch
    {
        "create" or "update" => new DocumentState(change.After, transaction.Value),
        _ => change.Before,
    };
}
