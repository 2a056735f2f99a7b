using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Auth;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Assets;

/// <summary>Finds the assets that paths name, for whoever may have their content.</summary>
internal sealed class AssetFiles(
    ProjectDirectory projects,
    DatasetCatalog catalog,
    AssetStore assets,
    DocumentReader documents,
    Authenticator authenticator)
{
    /// <exception cref="BoomException">404: there is no such asset, or none any more for this caller; 403: its project
    /// is closed.</exception>
    public async Task<AssetFile> FindAsync(HttpContext context, AssetAddress address)
    {
        var all = await projects.ListAsync(context.RequestAborted);
        if (AssetName.Parse(address.Kind, address.FileName) is not { } name
            || all.GetValueOrDefault(address.Project) is not { } project
            || !DatasetName.TryParse(address.Dataset, out _, out _)
            || await catalog.FindAsync(project.Id, address.Dataset, context.RequestAborted) is not { } dataset
            || await assets.FindAsync(dataset, name.Sha1, context.RequestAborted) is not { } row)
        {
            throw NotFound();
        }

        if (project.Refusal is { } refusal)
        {
            throw new BoomException(StatusCodes.Status403Forbidden, refusal);
        }

        var found = await documents.ReadAsync(dataset, [name.DocumentId], Moment.Now, context.RequestAborted);
        if (found is [var document])
        {
            return new(dataset, name, row, DocumentContent.ReadString(document.Content.Span, "originalFilename"u8));
        }

        return await MayReadPastAsync(context, dataset, name.DocumentId)
            ? new(dataset, name, row, null)
            : throw NotFound();
    }

    /// <summary>Whether there was such a document once, and the caller may know of it.</summary>
    private async Task<bool> MayReadPastAsync(HttpContext context, Dataset dataset, DocumentId id)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        return AccessPolicy.Documents(caller, dataset).CanReadHistory(id)
            && await documents.ReadLastAsync(dataset, [id], context.RequestAborted) is [_];
    }

    private static BoomException NotFound() => BoomException.NotFound("There is no such file");
}
