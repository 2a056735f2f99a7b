using EventStore.Log;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Query;
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
        QueryRunner runner,
        IIdentifierSource identifiers)
    {
        var opened = await gate.OpenRememberedAsync(
            context, dataset, DocumentPermissions.Create | DocumentPermissions.Update);
        var query = QueryParameters.Of(context.Request);
        var body = MutateBody.Parse(
            (await RequestBody.ReadAsync(context.Request, Limits.MutateBodyBytes, context.RequestAborted)).Span);
        var options = ReadOptions(query, body);
        var submitted = MutationParser.ParseSubmitted(
            body.Mutations, new MutationParseOptions(options.AutoGenerateArrayKeys), identifiers);
        var result = await gate.RunAsync(
            context, opened, found => AppendAsync(context, found, submitted, options, appender, runner));
        await MutateAnswer.SendAsync(context, result, options, opened.Access);
    }

    private static async Task<AppendResult> AppendAsync(
        HttpContext context,
        DatasetRequest opened,
        IReadOnlyList<SubmittedMutation> submitted,
        MutateOptions options,
        TransactionAppender appender,
        QueryRunner runner)
    {
        var selector = submitted.Any(mutation => mutation.Template is not null)
            ? new MutationSelector(opened, submitted, runner)
            : null;
        var known = submitted.Select(mutation => mutation.Mutation).OfType<Mutation>().ToList();
        try
        {
            if (selector is null)
            {
                AccessPolicy.RequireMutations(opened.Access, known);
            }

            var request = new AppendRequest
            {
                Id = options.TransactionId,
                Author = opened.Caller.UserId,
                Mutations = selector is null ? known : [],
                Select = selector is null ? null : SelectAsync,
                Check = AccessPolicy.ChecksChanges(opened.Access) ? CheckChanges : null,
                DryRun = options.DryRun,
            };
            return await appender.AppendAsync(opened.Dataset, request, context.RequestAborted);
        }
        catch (MutationException exception)
        {
            var told = selector?.ToSubmitted(exception) ?? exception;
            throw opened.Access.ReadsEverything ? told : MutationErrorsForCaller.Redact(told, opened.Access);
        }

        async Task<IReadOnlyList<Mutation>> SelectAsync(long sequence)
        {
            var selected = await selector.SelectAsync(sequence, context.RequestAborted);
            AccessPolicy.RequireMutations(opened.Access, selected);
            return selected;
        }

        void CheckChanges(IReadOnlyList<Mutation> mutations, IReadOnlyList<DocumentChange> changes) =>
            AccessPolicy.RequireChanges(opened.Access, mutations, changes);
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
