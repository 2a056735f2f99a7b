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
            var document = options.ReturnDocuments ? Returned(result.Id, change, access) : default;
            WriteResult(answer, change, options.ReturnIds, document);
            await answer.FlushIfFullAsync();
        }

        answer.Write("]}"u8);
        await answer.CompleteAsync();
    }

    private static void WriteResult(
        StreamedAnswer answer, DocumentChange change, bool withId, DocumentState document)
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
        if (!document.Content.IsEmpty)
        {
            answer.Write(",\"document\":"u8);
            DocumentContent.WriteWithRevision(document.Content.Span, document.Revision!, answer);
        }

        answer.Write("}"u8);
    }

    /// <summary>
    /// The state the transaction made; of a deleted document the one it took away, of an untouched one the present one.
    /// Empty when there is none that the caller may read.
    /// </summary>
    private static DocumentState Returned(TransactionId transaction, DocumentChange change, DocumentAccess access)
    {
        var state = change.Operation is "create" or "update"
            ? new DocumentState(change.After, transaction.Value)
            : change.Before;
        var isReadable = access.CanRead(change.Id)
            || (access.ReadsByContent
                && !state.Content.IsEmpty
                && access.CanRead(change.Id, DocumentScreen.Content(state.Content, state.Revision)));
        return isReadable ? state : default;
    }
}
