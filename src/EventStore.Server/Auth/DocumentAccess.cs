using EventStore.Log.Documents;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth;

/// <summary>What one caller may do to the documents of one dataset, ready to be asked for every document of a
/// stream.</summary>
internal sealed class DocumentAccess
{
    /// <summary>May do everything to every document.</summary>
    public static readonly DocumentAccess Full = new([new(PathFilter.Everything, DocumentPermissions.All)]);

    private readonly DocumentGrant[] _grants;
    private readonly DocumentPermissions _everywhere;

    public DocumentAccess(IEnumerable<DocumentGrant> grants)
    {
        _grants = [.. grants];
        _everywhere = Union(_grants.Where(grant => grant.Filter.MatchesAll));
        Anywhere = Union(_grants);
    }

    /// <summary>What may be done to some document at least.</summary>
    public DocumentPermissions Anywhere { get; }

    /// <summary>The grants this is made of.</summary>
    public IReadOnlyList<DocumentGrant> Grants => _grants;

    /// <summary>Whether all of some permissions hold for every document, so that none needs to be asked for.</summary>
    public bool AllowsEverywhere(DocumentPermissions permissions) => (_everywhere & permissions) == permissions;

    /// <summary>Whether all of some permissions hold for a document.</summary>
    public bool Allows(DocumentPermissions permissions, DocumentId id)
    {
        var missing = permissions & ~_everywhere;
        foreach (var grant in _grants)
        {
            if (missing == DocumentPermissions.None)
            {
                return true;
            }

            if ((grant.Permissions & missing) != 0 && grant.Filter.Matches(id))
            {
                missing &= ~grant.Permissions;
            }
        }

        return missing == DocumentPermissions.None;
    }

    public bool CanRead(DocumentId id) => Allows(DocumentPermissions.Read, id);

    /// <summary>
    /// Whether the past of a document may be seen: only when the document itself may be seen today, whatever it was
    /// then.
    /// </summary>
    public bool CanReadHistory(DocumentId id) => Allows(DocumentPermissions.Read | DocumentPermissions.History, id);

    private static DocumentPermissions Union(IEnumerable<DocumentGrant> grants) =>
        grants.Aggregate(DocumentPermissions.None, (union, grant) => union | grant.Permissions);
}
