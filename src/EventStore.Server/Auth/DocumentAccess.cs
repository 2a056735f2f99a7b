using EventStore.Log.Documents;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth;

/// <summary>What one caller may do to the documents of one dataset, ready to be asked for every document of a
/// stream.</summary>
internal sealed class DocumentAccess
{
    /// <summary>May do everything to every document.</summary>
    public static readonly DocumentAccess Full = new([new(PathFilter.Everything, DocumentPermissions.All)]);

    private const DocumentPermissions ReadPast = DocumentPermissions.Read | DocumentPermissions.History;

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

    /// <summary>What reading a document takes.</summary>
    private DocumentPermissions Reading { get; init; } = DocumentPermissions.Read;

    /// <summary>
    /// The same for a stream of documents as they were: to read one is then to read its past, which takes the right to
    /// read it today besides, whatever it was then.
    /// </summary>
    public DocumentAccess ToThePast() => new(_grants) { Reading = ReadPast };

    /// <summary>Whether every document may be read, so that none needs to be asked for.</summary>
    public bool ReadsEverything => AllowsEverywhere(Reading);

    /// <summary>Whether the past of every document may be read.</summary>
    public bool ReadsAllHistory => AllowsEverywhere(ReadPast);

    /// <summary>Whether all of some permissions hold for every document.</summary>
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

    public bool CanRead(DocumentId id) => Allows(Reading, id);

    /// <summary>Whether the past of a document may be seen.</summary>
    public bool CanReadHistory(DocumentId id) => Allows(ReadPast, id);

    private static DocumentPermissions Union(IEnumerable<DocumentGrant> grants) =>
        grants.Aggregate(DocumentPermissions.None, (union, grant) => union | grant.Permissions);
}
