using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Datasets;

/// <summary>
/// What every call on a dataset goes through first: who asks, for which project and dataset, and may it.
/// </summary>
internal sealed class DatasetGate(Authenticator authenticator, ProjectResolver projects, DatasetCatalog catalog)
{
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenAsync(HttpContext context, string name, Permission permission)
    {
        var caller = authenticator.Authenticate(context.Request);
        if (permission == Permission.Administer)
        {
            // What only administrators may do depends on no dataset, so nobody else learns which ones there are.
            AccessPolicy.Require(caller, permission, null);
        }

        var project = await projects.ResolveAsync(context, caller, context.RequestAborted);

        // A name that no dataset can have is not found rather than refused: an alias, say, may come to exist.
        var dataset = DatasetName.TryParse(name, out _, out _)
            ? await catalog.FindAsync(project.Id, name, context.RequestAborted)
            : null;
        if (dataset is null)
        {
            throw NotFound(name);
        }

        AccessPolicy.Require(caller, permission, dataset);
        return new(caller, dataset);
    }

    public static BoomException NotFound(string name) =>
        BoomException.NotFound($"Dataset \"{Shorten(name)}\" not found");

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
