using EventStore.Log.Documents;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// Which documents a grant is about. Today a filter looks at ids only, so that access is decided without reading a
/// document; one that looks at content has to be given the current document, whatever revision is asked for.
/// </summary>
internal interface IDocumentFilter
{
    /// <summary>The filter as clients evaluate it: a GROQ expression.</summary>
    string Expression { get; }

    /// <summary>Whether the filter lets every document pass.</summary>
    bool MatchesAll { get; }

    bool Matches(DocumentId id);
}
