using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Auth;

/// <summary>
/// The one place that decides who may do what. On the management side a caller needs a <see cref="Permission"/> in a
/// project; on the data side, <see cref="DocumentPermissions"/> on documents. Root may do everything; a token is good
/// for its own project alone; without a token there is the root path of public datasets and nothing else.
/// </summary>
internal static class AccessPolicy
{
    private const string PublicMode = "public";
    private const DocumentPermissions Write = DocumentPermissions.Create | DocumentPermissions.Update;

    private static readonly DocumentGrant OpenToAll = new(PathFilter.Root, DocumentPermissions.Read);
    private static readonly DocumentAccess AnonymousOnPublic = new([OpenToAll]);
    private static readonly DocumentAccess Nothing = new([]);

    /// <summary>Whether the caller has a right in a project; in no single one when that is null.</summary>
    public static bool Allows(Caller caller, Permission permission, string? projectId) =>
        caller.IsRoot
        || (projectId is not null
            && caller.ProjectId == projectId
            && caller.Roles.Any(role => role.Permissions.Contains(permission)));

    /// <summary>Lets a management request pass or refuses it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="permission">What for.</param>
    /// <param name="projectId">In which project; null for what concerns no single one.</param>
    /// <exception cref="BoomException">401: the caller must say who it is; 403: it may not.</exception>
    public static void Require(Caller caller, Permission permission, string? projectId)
    {
        RequireToken(caller);
        RequireOwnProject(caller, projectId);
        if (!Allows(caller, permission, projectId))
        {
            throw Forbidden(permission.ToString());
        }
    }

    /// <summary>Refuses callers without a token.</summary>
    /// <exception cref="BoomException">401.</exception>
    public static void RequireToken(Caller caller)
    {
        if (caller.IsAnonymous)
        {
            throw Unauthorized("A token is required");
        }
    }

    /// <summary>
    /// Refuses a token of another project, in the same words whether or not the project asked for exists.
    /// </summary>
    /// <exception cref="BoomException">403.</exception>
    public static void RequireOwnProject(Caller caller, string? projectId)
    {
        if (caller.ProjectId is { } own && projectId is not null && own != projectId)
        {
            throw new BoomException(StatusCodes.Status403Forbidden, "The token belongs to another project");
        }
    }

    /// <summary>What the caller may do to the documents of a dataset.</summary>
    public static DocumentAccess Documents(Caller caller, Dataset dataset)
    {
        if (caller.IsRoot)
        {
            return DocumentAccess.Full;
        }

        var isPublic = dataset.AclMode == PublicMode;
        if (caller.IsAnonymous)
        {
            return isPublic ? AnonymousOnPublic : Nothing;
        }

        if (caller.ProjectId != dataset.ProjectId)
        {
            return Nothing;
        }

        var grants = caller.Roles
            .SelectMany(role => role.Documents)
            .Where(grant => grant.Dataset is null || grant.Dataset == dataset.Name.Value);
        return new(isPublic ? grants.Append(OpenToAll) : grants, caller.UserId);
    }

    /// <summary>
    /// Lets a data request pass when it may find some document that it is allowed to treat as it wants; the endpoint
    /// asks for each document then. Of the rights to write, one is enough. Without a token nothing passes where
    /// nothing is open to all.
    /// </summary>
    /// <exception cref="BoomException">401 or 403.</exception>
    /// <exception cref="MutationException">403: the caller may not write.</exception>
    public static void Require(Caller caller, DocumentAccess access, DocumentPermissions permissions)
    {
        if (caller.IsAnonymous && access.Anywhere == DocumentPermissions.None)
        {
            throw Unauthorized("A token is required");
        }

        var write = permissions & Write;
        var read = permissions & ~Write;
        var isWrite = write != DocumentPermissions.None;
        if ((access.Anywhere & read) == read && (!isWrite || (access.Anywhere & write) != 0))
        {
            return;
        }

        if (caller.IsAnonymous && !isWrite)
        {
            throw Unauthorized("A token is required");
        }

        // The body of a caller who may not write is not read, so the grant named is the one most writes need.
        throw isWrite ? MutationException.Of(MissingGrant(DocumentPermissions.Create)) : Forbidden("read");
    }

    /// <summary>Refuses mutations of documents that the caller may not make or change.</summary>
    /// <exception cref="MutationException">403: names the first mutations that are not allowed.</exception>
    public static void RequireMutations(DocumentAccess access, IReadOnlyList<Mutation> mutations)
    {
        if (access.AllowsEverywhere(Write))
        {
            return;
        }

        var refused = new List<(int Index, MutationError Error)>();
        for (var index = 0; index < mutations.Count && refused.Count < Log.Limits.ReportedErrors; index++)
        {
            var id = mutations[index].DocumentId;
            var missing = Needed(mutations[index]) switch
            {
                var needed when access.Allows(needed, id) || access.DependsOnContent(needed) =>
                    DocumentPermissions.None,
                var needed when (needed & DocumentPermissions.Create) != 0
                    && !access.Allows(DocumentPermissions.Create, id) => DocumentPermissions.Create,
                _ => DocumentPermissions.Update,
            };
            if (missing != DocumentPermissions.None)
            {
                refused.Add((index, MissingGrant(missing, id)));
            }
        }

        if (refused.Count > 0)
        {
            throw new MutationException([.. refused]);
        }
    }

    /// <summary>
    /// Refuses to make a document that the caller may not make, unless that depends on what will be in it.
    /// </summary>
    /// <exception cref="MutationException">403.</exception>
    public static void RequireCreation(DocumentAccess access, DocumentId id)
    {
        if (!access.Allows(DocumentPermissions.Create, id) && !access.DependsOnContent(DocumentPermissions.Create))
        {
            throw MutationException.Of(MissingGrant(DocumentPermissions.Create));
        }
    }

    /// <summary>
    /// Whether what a caller may change depends on what is in the documents, so that it takes
    /// <see cref="RequireChanges"/>.
    /// </summary>
    public static bool ChecksChanges(DocumentAccess access) => access.DependsOnContent(Write);

    /// <summary>
    /// Refuses changes that the caller may not make, going by what the documents hold before and after: he must be
    /// allowed to change what there is, and to make what comes of it.
    /// </summary>
    /// <exception cref="MutationException">403: names the first mutations that are not allowed.</exception>
    public static void RequireChanges(
        DocumentAccess access, IReadOnlyList<Mutation> mutations, IReadOnlyList<DocumentChange> changes)
    {
        var refused = new List<(int Index, MutationError Error)>();
        foreach (var change in changes)
        {
            if (Missing(access, change) is var missing && missing != DocumentPermissions.None)
            {
                var index = mutations.Index().First(mutation => mutation.Item.DocumentId == change.Id).Index;
                refused.Add((index, MissingGrant(missing, change.Id)));
            }

            if (refused.Count == Log.Limits.ReportedErrors)
            {
                break;
            }
        }

        if (refused.Count > 0)
        {
            throw new MutationException([.. refused.OrderBy(item => item.Index)]);
        }
    }

    /// <summary>Refuses to give away rights that the giver does not have.</summary>
    /// <exception cref="BoomException">403.</exception>
    public static void RequireGrantable(Caller caller, IEnumerable<Role> roles)
    {
        if (caller.IsRoot)
        {
            return;
        }

        var own = caller.Roles.SelectMany(role => role.Documents).ToList();
        foreach (var role in roles)
        {
            var isCovered = role.Permissions.All(right => caller.Roles.Any(has => has.Permissions.Contains(right)))
                && role.Documents.All(grant => IsCovered(grant, own));
            if (!isCovered)
            {
                throw new BoomException(
                    StatusCodes.Status403Forbidden,
                    $"Insufficient permissions; the role \"{role.Name}\" has rights that the caller does not have");
            }
        }
    }

    /// <summary>The answer to a caller who must say who it is. Clients recognise the code.</summary>
    public static BoomException Unauthorized(string message) =>
        new(StatusCodes.Status401Unauthorized, message, "SIO-401-ANF");

    /// <summary>The answer to a caller who is known and may not.</summary>
    public static BoomException Forbidden(string permission) => new(
        StatusCodes.Status403Forbidden, $"Insufficient permissions; permission \"{permission}\" required");

    /// <summary>
    /// What a mutation may turn out to do: whether a document exists is known only when it is evaluated, and an answer
    /// that depended on it would tell.
    /// </summary>
    private static DocumentPermissions Needed(Mutation mutation) => mutation switch
    {
        CreateMutation or CreateIfNotExistsMutation => DocumentPermissions.Create,
        CreateOrReplaceMutation => DocumentPermissions.Create | DocumentPermissions.Update,
        _ => DocumentPermissions.Update,
    };

    private static DocumentPermissions Missing(DocumentAccess access, DocumentChange change)
    {
        bool Allows(DocumentPermissions permission, ReadOnlyMemory<byte> content, string? revision) =>
            access.Allows(permission, change.Id)
            || access.Allows(permission, change.Id, DocumentScreen.Content(content, revision));

        bool Before(DocumentPermissions permission) =>
            change.Before.Content.IsEmpty || Allows(permission, change.Before.Content, change.Before.Revision);

        bool After(DocumentPermissions permission) => change.After.IsEmpty || Allows(permission, change.After, null);

        return change.Operation switch
        {
            "create" when !After(DocumentPermissions.Create) => DocumentPermissions.Create,
            "update" or "delete" when !Before(DocumentPermissions.Update) || !After(DocumentPermissions.Update) =>
                DocumentPermissions.Update,

            // Nothing changes, but the answer tells that it was there.
            "none" when !Before(DocumentPermissions.Update) && !Before(DocumentPermissions.Create) =>
                DocumentPermissions.Update,
            _ => DocumentPermissions.None,
        };
    }

    /// <summary>Whether a filter selects a part of another is not decided: it must be the same one, or all.</summary>
    private static bool IsCovered(DocumentGrant grant, IEnumerable<DocumentGrant> own)
    {
        var covered = own
            .Where(has => has.Dataset is null || has.Dataset == grant.Dataset)
            .Where(has => has.Filter.MatchesAll || has.Filter.Expression == grant.Filter.Expression)
            .Aggregate(DocumentPermissions.None, (union, has) => union | has.Permissions);
        return (covered & grant.Permissions) == grant.Permissions;
    }

    private static MutationError MissingGrant(DocumentPermissions permission, DocumentId? id = null)
    {
        var name = permission == DocumentPermissions.Create ? "create" : "update";
        return new(
            MutationErrorType.InsufficientPermissions,
            $"Insufficient permissions; permission \"{name}\" required")
        {
            Permission = name,
            Id = id?.Value,
        };
    }
}
