using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth;

/// <summary>What one caller may do to the documents of one dataset, ready to be asked for every document of a
/// stream.</summary>
internal sealed class DocumentAccess
{
    /// <summary>May do everything to every document.</summary>
    public static readonly DocumentAccess Full = new([new(PathFilter.Everything, DocumentPermissions.All)]);

    /// <summary>What reading the past of a document takes.</summary>
    public const DocumentPermissions ReadPast = DocumentPermissions.Read | DocumentPermissions.History;

    private readonly DocumentGrant[] _grants;
    private readonly DocumentPermissions _everywhere;

    private readonly string _identity;
    private readonly DocumentPermissions _byContent;

    /// <param name="grants">What makes up the access.</param>
    /// <param name="identity">Who has it, for filters that compare with that.</param>
    public DocumentAccess(IEnumerable<DocumentGrant> grants, string identity = "")
    {
        _grants = [.. grants];
        _identity = identity;
        _byContent = Union(_grants.Where(grant => grant.Filter.LooksAtContent));
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
    public DocumentAccess ToThePast() => new(_grants, _identity) { Reading = ReadPast };

    /// <summary>Whether every document may be read, so that none needs to be asked for.</summary>
    public bool ReadsEverything => AllowsEverywhere(Reading);

    /// <summary>Whether the past of every document may be read.</summary>
    public bool ReadsAllHistory => AllowsEverywhere(ReadPast);

    /// <summary>Whether all of some permissions hold for every document.</summary>
    public bool AllowsEverywhere(DocumentPermissions permissions) => (_everywhere & permissions) == permissions;

    /// <summary>Whether reading depends on what is in a document, at least for some.</summary>
    public bool ReadsByContent => DependsOnContent(Reading);

    /// <summary>Whether reading the past depends on what is in a document, at least for some.</summary>
    public bool ReadsHistoryByContent => DependsOnContent(ReadPast);

    /// <summary>
    /// Whether some of the permissions are given by what is in a document, at least for some documents.
    /// </summary>
    public bool DependsOnContent(DocumentPermissions permissions) =>
        (_byContent & permissions & ~_everywhere) != DocumentPermissions.None;

    /// <summary>Whether all of some permissions hold for a document, whatever is in it.</summary>
    public bool Allows(DocumentPermissions permissions, DocumentId id) => Allows(permissions, id, null);

    /// <summary>Whether all of some permissions hold for a document.</summary>
    /// <param name="permissions">What is asked for.</param>
    /// <param name="id">The document.</param>
    /// <param name="content">What is in it now; null when that is not known.</param>
    public bool Allows(DocumentPermissions permissions, DocumentId id, GroqDocument? content)
    {
        var missing = permissions & ~_everywhere;
        foreach (var grant in _grants)
        {
            if (missing == DocumentPermissions.None)
            {
                return true;
            }

            if ((grant.Permissions & missing) != 0 && Matches(grant.Filter, id, content))
            {
                missing &= ~grant.Permissions;
            }
        }

        return missing == DocumentPermissions.None;
    }

    /// <summary>Whether a document may be read, whatever is in it.</summary>
    public bool CanRead(DocumentId id) => Allows(Reading, id);

    /// <summary>Whether a document may be read that now is like this.</summary>
    public bool CanRead(DocumentId id, GroqDocument? content) => Allows(Reading, id, content);

    /// <summary>Whether the past of a document may be seen, whatever is in it now.</summary>
    public bool CanReadHistory(DocumentId id) => Allows(ReadPast, id);

    private bool Matches(IDocumentFilter filter, DocumentId id, GroqDocument? content) =>
        content is null || !filter.LooksAtContent ? filter.Matches(id) : filter.Matches(id, content, _identity);

    private static DocumentPermissions Union(IEnumerable<DocumentGrant> grants) =>
        grants.Aggregate(DocumentPermissions.None, (union, grant) => union | grant.Permissions);
}
