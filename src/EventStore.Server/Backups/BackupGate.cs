using EventStore.Log.Documents;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Copies;
using EventStore.Server.Datasets;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Backups;

/// <summary>
/// What every call on backups goes through first. They are found by the name of their dataset, also when that was
/// deleted and when another one has the name since: that is when people look for them.
/// </summary>
internal sealed class BackupGate(DatasetGate datasets, ProjectGate projects, BackupStore store)
{
    /// <exception cref="BoomException">401, 403 or 404: there is neither such a dataset nor a backup of
    /// one.</exception>
    public async ValueTask<BackupAccess> OpenAsync(HttpContext context, string name, Permission permission)
    {
        var (caller, project) = await projects.OpenAsync(context, permission);
        try
        {
            var found = (await datasets.OpenAsync(context, name, permission)).Dataset;
            return new(caller, project.Id, found.Name.Value, found);
        }
        catch (BoomException exception) when (exception.StatusCode == StatusCodes.Status404NotFound)
        {
            if (!DatasetName.TryParse(name, out _, out _)
                || !await store.AnyAsync(project.Id, name, context.RequestAborted))
            {
                throw;
            }

            return new(caller, project.Id, name, null);
        }
    }

    /// <summary>Opens a backup for somebody who may see all that is in it, the past included.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<StoredBackup> OpenBackupAsync(
        HttpContext context, string name, string id, Permission permission)
    {
        var opened = await OpenAsync(context, name, permission);
        var dataset = opened.Dataset ?? CopyRequest.Named(0, opened.ProjectId, opened.Name);
        if (!AccessPolicy.Documents(opened.Caller, dataset).ReadsAllHistory)
        {
            throw AccessPolicy.Forbidden("history");
        }

        return await FindAsync(opened, id, context.RequestAborted);
    }

    /// <exception cref="BoomException">404.</exception>
    public async Task<StoredBackup> FindAsync(BackupAccess opened, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(opened.ProjectId, opened.Name, id, cancellationToken)
        ?? throw BoomException.NotFound("Backup not found");
}
