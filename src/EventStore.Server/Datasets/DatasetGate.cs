using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Datasets;

/// <summary>
/// What every call on a dataset goes through first: who asks, for which project and dataset, and may it.
/// </summary>
internal sealed class DatasetGate(
    Authenticator authenticator, ProjectResolver projects, ProjectGate gate, DatasetCatalog catalog)
{
    /// <summary>Opens a dataset for a data call: what it asks for must be allowed for some document at least.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenAsync(HttpContext context, string name, DocumentPermissions permissions)
    {
        var caller = await authenticator.AuthenticateAsync(context);
        var project = await projects.ResolveAsync(context, caller, context.RequestAborted);
        var dataset = await FindAsync(project, name, context.RequestAborted);
        var access = AccessPolicy.Documents(caller, dataset);
        AccessPolicy.Require(caller, access, permissions);
        return new(caller, dataset, access);
    }

    /// <summary>Opens a dataset for a call that takes a right in its project.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenAsync(HttpContext context, string name, Permission permission)
    {
        // The right depends on no dataset, so nobody without it learns which ones there are.
        var (caller, project) = await gate.OpenAsync(context, permission);
        var dataset = await FindAsync(project, name, context.RequestAborted);
        return new(caller, dataset, AccessPolicy.Documents(caller, dataset));
    }

    public static BoomException NotFound(string name) =>
        BoomException.NotFound($"Dataset \"{Shorten(name)}\" not found");

    /// <summary>
    /// A name that no dataset can have is not found rather than refused: an alias, say, may come to exist.
    /// </summary>
    private async ValueTask<Dataset> FindAsync(Project project, string name, CancellationToken cancellationToken) =>
        (DatasetName.TryParse(name, out _, out _) ? await catalog.FindAsync(project.Id, name, cancellationToken) : null)
        ?? throw NotFound(name);

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
