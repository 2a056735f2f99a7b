using EventStore.Log.Mutations;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;

namespace EventStore.Server.Rollback;

/// <summary>Who may roll back: whoever may read the past of all documents of the plan, and write them.</summary>
internal static class RollbackAccess
{
    /// <summary>What it takes of some document at least.</summary>
    public const DocumentPermissions Anywhere =
        DocumentAccess.ReadPast | DocumentPermissions.Create | DocumentPermissions.Update;

    /// <summary>Refuses documents that the caller may not roll back.</summary>
    /// <exception cref="Wire.BoomException">403: the past of one may not be read.</exception>
    /// <exception cref="MutationException">403: one may not be written.</exception>
    public static async Task RequireAsync(
        DatasetRequest opened,
        DocumentScreen screen,
        IReadOnlyList<PlannedDocument> documents,
        CancellationToken cancellationToken)
    {
        if (opened.Access.AllowsEverywhere(Anywhere))
        {
            return;
        }

        var ids = documents.Select(document => document.Id).ToList();
        var visible = await screen.WithHistoryAsync(opened.Dataset, opened.Access, ids, cancellationToken);
        if (visible.Count < ids.Count)
        {
            throw AccessPolicy.Forbidden("history");
        }

        AccessPolicy.RequireMutations(opened.Access, [.. documents.Select(document => document.ToMutation())]);
        if (AccessPolicy.ChecksChanges(opened.Access))
        {
            AccessPolicy.RequireChanges(
                opened.Access, [.. documents.Select(document => document.ToMutation())], [.. documents.Select(Change)]);
        }
    }

    private static DocumentChange Change(PlannedDocument document) => new(
        document.Id,
        new(document.Edited.Content, document.Edited.Content.IsEmpty ? null : document.Edited.Revision),
        document.After,
        document.Action);
}
