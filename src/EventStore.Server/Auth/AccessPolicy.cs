using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Server.Wire;

namespace EventStore.Server.Auth;

/// <summary>The one place that decides who may do what.</summary>
internal static class AccessPolicy
{
    private const string PublicMode = "public";

    private static readonly MutationError MissingGrant = new(
        MutationErrorType.InsufficientPermissions, "Insufficient permissions; permission \"create\" required")
    {
        Permission = "create",
    };

    /// <summary>Lets the request pass or refuses it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="permission">What for.</param>
    /// <param name="dataset">In which dataset; null for what concerns no single one.</param>
    /// <exception cref="BoomException">401: the caller must say who it is.</exception>
    /// <exception cref="MutationException">403: the dataset can be read by anybody but not written.</exception>
    public static void Require(Caller caller, Permission permission, Dataset? dataset)
    {
        if (caller.IsAdministrator)
        {
            return;
        }

        var isPublic = dataset?.AclMode == PublicMode;
        switch (permission)
        {
            case Permission.ReadDocuments when isPublic:
                return;
            case Permission.WriteDocuments when isPublic:
                // The body of a caller who may not write is not read, so the grant named is the one most writes need.
                throw new MutationException([(0, MissingGrant)]);
            default:
                throw Authenticator.Unauthorized("A token is required");
        }
    }

    /// <summary>
    /// Whether the caller may see a document of a dataset it may read. Without a token that is the root path only: an
    /// id with a dot is a draft, a version, a system document or deliberately hidden.
    /// </summary>
    public static bool CanRead(Caller caller, DocumentId id) =>
        caller.IsAdministrator || !id.Value.Contains('.', StringComparison.Ordinal);
}
