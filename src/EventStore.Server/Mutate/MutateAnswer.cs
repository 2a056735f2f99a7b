using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Mutate;

/// <summary>Writes <c>{"transactionId","results":[{"id","operation","document"}]}</c>.</summary>
internal static class MutateAnswer
{
    /// <summary>
    /// One result for each document mentioned, in order of first mention: the first belongs to the first mutation.
    /// </summary>
    public static async Task SendAsync(HttpContext context, AppendResult result, MutateOptions options)
    {
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{\"transactionId\":"u8);
        answer.WriteString(result.Id.Value);
        answer.Write(",\"results\":["u8);
        for (var index = 0; index < result.Changes.Count; index++)
        {
            answer.Write(index > 0 ? ","u8 : ""u8);
            WriteResult(answer, result.Id, result.Changes[index], options);
            await answer.FlushIfFullAsync();
        }

        answer.Write("]}"u8);
        await answer.FlushAsync();
    }

    private static void WriteResult(
        StreamedAnswer answer, TransactionId transaction, DocumentChange change, MutateOptions options)
    {
        answer.Write("{"u8);
        if (options.ReturnIds)
        {
            answer.Write("\"id\":"u8);
            answer.WriteString(change.Id.Value);
            answer.Write(","u8);
        }

        answer.Write("\"operation\":"u8);
        answer.WriteString(change.Operation);
        if (options.ReturnDocuments && Returned(transaction, change) is { Content.IsEmpty: false } document)
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
