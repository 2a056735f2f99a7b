using EventStore.Log;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Mutate;

/// <summary><c>POST /data/mutate/{dataset}</c>: appends one transaction.</summary>
internal static class MutateEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/data/mutate/{dataset}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context,
        string dataset,
        DatasetGate gate,
        TransactionAppender appender,
        IIdentifierSource identifiers)
    {
        var opened = await gate.OpenRememberedAsync(
            context, dataset, DocumentPermissions.Create | DocumentPermissions.Update);
        var query = QueryParameters.Of(context.Request);
        var body = MutateBody.Parse(
            (await RequestBody.ReadAsync(context.Request, Limits.MutateBodyBytes, context.RequestAborted)).Span);
        var options = ReadOptions(query, body);
        var mutations = MutationParser.Parse(
            body.Mutations, new MutationParseOptions(options.AutoGenerateArrayKeys), identifiers);
        AccessPolicy.RequireMutations(opened.Access, mutations);
        var request = new AppendRequest
        {
            Id = options.TransactionId,
            Author = opened.Caller.UserId,
            Mutations = mutations,
            DryRun = options.DryRun,
        };
        var result = await gate.RunAsync(
            context, opened, found => AppendAsync(found, request, appender, context.RequestAborted));
        await MutateAnswer.SendAsync(context, result, options, opened.Access);
    }

    private static async Task<AppendResult> AppendAsync(
        DatasetRequest opened, AppendRequest request, TransactionAppender appender, CancellationToken cancellationToken)
    {
        try
        {
            return await appender.AppendAsync(opened.Dataset, request, cancellationToken);
        }
        catch (MutationException exception) when (!opened.Access.ReadsEverything)
        {
            throw MutationErrorsForCaller.Redact(exception, opened.Access);
        }
    }

    /// <summary>
    /// Every option may be in the query or in the body; the query wins, but two transaction ids are refused.
    /// </summary>
    private static MutateOptions ReadOptions(QueryParameters query, MutateBody body)
    {
        if ((query.Text("visibility") ?? body.Visibility) is not (null or "sync" or "async" or "deferred"))
        {
            throw BoomException.BadRequest("\"visibility\" must be sync, async or deferred");
        }

        // Accepted for its clients: there are no references to other datasets to be checked.
        query.Flag("skipCrossDatasetReferenceValidation");
        bool Flag(string name, bool otherwise) => query.Flag(name) ?? body.Flag(name) ?? otherwise;
        return new()
        {
            TransactionId = ReadTransactionId(query.Text("transactionId"), body.TransactionId),
            DryRun = Flag("dryRun", false),
            AutoGenerateArrayKeys = Flag("autoGenerateArrayKeys", false),
            ReturnIds = Flag("returnIds", true),
            ReturnDocuments = Flag("returnDocuments", false),
        };
    }

    private static TransactionId? ReadTransactionId(string? inQuery, string? inBody)
    {
        if (inQuery is not null && inBody is not null && inQuery != inBody)
        {
            throw BoomException.BadRequest("Query and body name two different transaction ids");
        }

        if ((inQuery ?? inBody) is not { } text)
        {
            return null;
        }

        return TransactionId.TryParse(text, out var id, out var reason)
            ? id
            : throw DescribedException.Malformed(reason);
    }
}
