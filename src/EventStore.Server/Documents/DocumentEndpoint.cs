using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Documents;

/// <summary>
/// <c>GET /data/doc/{dataset}/{ids}</c>: documents as they are now. What is missing is named, never a 404.
/// </summary>
internal static class DocumentEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/data/doc/{dataset}/{ids}", HandleAsync);

    private static async Task HandleAsync(
        HttpContext context,
        string dataset,
        string ids,
        DatasetGate gate,
        DocumentReader reader,
        TransactionReader transactions,
        DocumentSlices slices)
    {
        var opened = await gate.OpenRememberedAsync(context, dataset, DocumentPermissions.Read);
        await gate.RunAsync(context, opened, found => SendAsync(context, found, ids, reader, transactions, slices));
    }

    private static async Task SendAsync(
        HttpContext context,
        DatasetRequest opened,
        string ids,
        DocumentReader reader,
        TransactionReader transactions,
        DocumentSlices slices)
    {
        var query = QueryParameters.Of(context.Request);
        var includeAllVersions = query.Flag("includeAllVersions") ?? false;
        var asked = DocumentIdList.Parse(
            ids, includeAllVersions ? ServerLimits.DocumentIdsWithVersions : ServerLimits.DocumentIds);
        var access = opened.Access;
        var readable = asked.Where(id => access.CanRead(id) || access.ReadsByContent).ToList();
        var wanted = includeAllVersions
            ? await FindVersionsAsync(opened, readable, reader, context.RequestAborted)
            : readable.ToDictionary(id => id, id => (IReadOnlyList<DocumentId>)[id]);
        if (includeAllVersions)
        {
            // Where no version was found nothing is read that would tell an empty dataset from none.
            await opened.RequireStillThereAsync(transactions, context.RequestAborted);
        }

        var every = wanted.Values.SelectMany(versions => versions).Distinct().ToList();
        var documents = slices.ReadAsync(opened.Dataset, every, Moment.Now, context.RequestAborted);
        if (access.ReadsByContent)
        {
            documents = documents.Where(document => access.CanRead(document.Id)
                || access.CanRead(document.Id, DocumentScreen.Content(document.Content, document.Revision)));
        }

        await DocumentsAnswer.SendAsync(
            context, documents, query.Flag("excludeContent") ?? false, found => Omitted(asked, wanted, found, access));
    }

    /// <summary>
    /// Where access depends on what is in a document, one that is not there and one that may not be read look the same.
    /// </summary>
    private static IEnumerable<OmittedDocument> Omitted(
        IReadOnlyList<DocumentId> asked,
        Dictionary<DocumentId, IReadOnlyList<DocumentId>> wanted,
        IReadOnlySet<DocumentId> found,
        DocumentAccess access)
    {
        foreach (var id in asked)
        {
            if (!wanted.TryGetValue(id, out var versions) || !versions.Any(found.Contains))
            {
                yield return new(id, access.CanRead(id) ? OmittedDocument.Missing : OmittedDocument.Forbidden);
            }
        }
    }

    private static async Task<Dictionary<DocumentId, IReadOnlyList<DocumentId>>> FindVersionsAsync(
        DatasetRequest opened, List<DocumentId> ids, DocumentReader reader, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<DocumentId, IReadOnlyList<DocumentId>>();
        foreach (var id in ids)
        {
            var found = await reader.FindVersionsAsync(opened.Dataset, id, cancellationToken);
            versions[id] = found.Where(one => opened.Access.CanRead(one) || opened.Access.ReadsByContent).ToList();
        }

        return versions;
    }
}
