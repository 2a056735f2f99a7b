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
    Authenticator authenticator,
    ProjectResolver projects,
    ProjectGate gate,
    DatasetCatalog catalog,
    DatasetMemory memory,
    AliasStore aliases)
{
    /// <summary>Opens a dataset for a data call: what it asks for must be allowed for some document at least.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenAsync(HttpContext context, string name, DocumentPermissions permissions)
    {
        var companion = await CompanionAsync(context, name);
        var caller = await authenticator.AuthenticateAsync(context, companion);
        var project = await projects.ResolveAsync(context, caller, context.RequestAborted);
        var dataset = companion?.In(project.Id) ?? await FindAsync(project, name, context.RequestAborted);
        var access = AccessPolicy.Documents(caller, dataset);
        AccessPolicy.Require(caller, access, permissions);
        RefuseWhenClosed(context, project);
        return new(caller, dataset, access);
    }

    /// <summary>
    /// Opens a dataset like <see cref="OpenAsync(HttpContext, string, DocumentPermissions)"/>, but from memory for
    /// root, whose access depends on nothing that is stored. All others are looked up anyway, and the dataset with
    /// them. What is then done with the dataset goes through <see cref="RunAsync"/>.
    /// </summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenRememberedAsync(
        HttpContext context, string name, DocumentPermissions permissions)
    {
        var (_, guess) = await projects.FindAsync(context, context.RequestAborted);
        if (guess is null || memory.Find(guess.Id, name) is not { } dataset || !authenticator.IsRoot(context))
        {
            var opened = await OpenAsync(context, name, permissions);
            if (!DatasetAlias.IsAlias(name))
            {
                memory.Keep(opened.Dataset);
            }

            return opened;
        }

        var project = await projects.ResolveAsync(context, Caller.Root, context.RequestAborted);
        RefuseWhenClosed(context, project);
        return new(Caller.Root, dataset, DocumentAccess.Full) { IsRemembered = true };
    }

    /// <summary>
    /// Does what finds out by itself that its dataset is gone; when that was only remembered, once more with what the
    /// name stands for now.
    /// </summary>
    /// <param name="context">The request. Nothing of its answer may be written before the dataset was found to be
    /// there.</param>
    /// <param name="opened">The request as it was opened.</param>
    /// <param name="run">What to do; throws <see cref="DatasetNotFoundException"/> when the dataset is gone.</param>
    /// <exception cref="BoomException">404.</exception>
    public async ValueTask<T> RunAsync<T>(
        HttpContext context, DatasetRequest opened, Func<DatasetRequest, Task<T>> run)
    {
        try
        {
            return await run(opened);
        }
        catch (DatasetNotFoundException) when (opened.IsRemembered && context.Response.ContentType is null)
        {
            memory.Forget(opened.Dataset);
            var project = await projects.ResolveAsync(context, opened.Caller, context.RequestAborted);
            var dataset = await FindAsync(project, opened.Dataset.Name.Value, context.RequestAborted);
            return await run(opened with { Dataset = dataset, IsRemembered = false });
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public async Task RunAsync(HttpContext context, DatasetRequest opened, Func<DatasetRequest, Task> run) =>
        await RunAsync(context, opened, async found =>
        {
            await run(found);
            return true;
        });

    /// <summary>Opens a dataset for a call that takes a right in its project.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<DatasetRequest> OpenAsync(HttpContext context, string name, Permission permission)
    {
        // The right depends on no dataset, so nobody without it learns which ones there are.
        var (caller, project) = await gate.OpenAsync(context, permission);
        RefuseWhenClosed(context, project);
        var dataset = await FindAsync(project, name, context.RequestAborted);
        return new(caller, dataset, AccessPolicy.Documents(caller, dataset));
    }

    public static BoomException NotFound(string name) =>
        BoomException.NotFound($"Dataset \"{Shorten(name)}\" not found");

    /// <summary>
    /// Data calls of a project that is closed are refused; it can still be managed, or nobody could open it again.
    /// </summary>
    private static void RefuseWhenClosed(HttpContext context, Project project)
    {
        var route = context.Features.Get<RequestAddress>()?.Route ?? string.Empty;
        var isDataCall = route.StartsWith("/data/", StringComparison.Ordinal)
            || route.StartsWith("/assets/", StringComparison.Ordinal)
            || route.StartsWith("/collections/", StringComparison.Ordinal);
        if (isDataCall && project.Refusal is { } refusal)
        {
            throw new BoomException(StatusCodes.Status403Forbidden, refusal);
        }
    }

    /// <summary>The look-up to make with the token's; null when it would be a guess.</summary>
    private async ValueTask<DatasetCompanion?> CompanionAsync(HttpContext context, string name)
    {
        var (_, project) = await projects.FindAsync(context, context.RequestAborted);
        return project is not null && !DatasetAlias.IsAlias(name) && DatasetName.TryParse(name, out _, out _)
            ? new(project.Id, name)
            : null;
    }

    /// <summary>A name that no dataset can have is not found rather than refused.</summary>
    private async ValueTask<Dataset> FindAsync(Project project, string name, CancellationToken cancellationToken)
    {
        var known = DatasetAlias.IsAlias(name)
            ? await aliases.ResolveAsync(project.Id, name[1..], cancellationToken)
            : DatasetName.TryParse(name, out _, out _) ? name : null;
        return known is not null && await catalog.FindAsync(project.Id, known, cancellationToken) is { } found
            ? found
            : throw NotFound(name);
    }

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
