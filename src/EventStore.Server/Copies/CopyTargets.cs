using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Copies;

/// <summary>Finds the existing datasets that copies are to be made equal to.</summary>
internal sealed class CopyTargets(DatasetGate gate)
{
    private const DocumentPermissions Writing =
        DocumentPermissions.Read | DocumentPermissions.Create | DocumentPermissions.Update;

    /// <summary>The target of a synchronisation: any of its documents may be read, replaced or deleted.</summary>
    /// <exception cref="BoomException">400, 403 or 404.</exception>
    public async Task<Dataset> OpenAsync(HttpContext context, CopyRequest request, DatasetRequest source)
    {
        if (request.SkipContentReleases)
        {
            throw BoomException.BadRequest("\"skipContentReleases\" cannot be combined with \"sync\"");
        }

        var target = await OpenAsync(context, request.TargetName);
        return target.Number == source.Dataset.Number
            ? throw BoomException.BadRequest("\"targetDataset\" is the dataset itself")
            : target;
    }

    /// <summary>An existing dataset of which any document may be read, replaced or deleted.</summary>
    /// <exception cref="BoomException">400, 403 or 404.</exception>
    public async Task<Dataset> OpenAsync(HttpContext context, string name)
    {
        if (DatasetAlias.IsAlias(name))
        {
            throw BoomException.BadRequest($"\"targetDataset\": \"{name}\" is an alias, name the dataset itself");
        }

        var target = await gate.OpenAsync(context, name, Permissions.UpdateDatasets);
        return target.Access.AllowsEverywhere(Writing) ? target.Dataset : throw AccessPolicy.Forbidden("update");
    }
}
