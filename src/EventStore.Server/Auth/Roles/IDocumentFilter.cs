using EventStore.Groq;
using EventStore.Log.Documents;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// Which documents a grant is about. Most filters look at ids only, so that access is decided without reading a
/// document; one that looks at content is given the current document, whatever revision is asked for.
/// </summary>
internal interface IDocumentFilter
{
    /// <summary>The filter as clients evaluate it: a GROQ expression.</summary>
    string Expression { get; }

    /// <summary>Whether the filter lets every document pass.</summary>
    bool MatchesAll { get; }

    /// <summary>Whether the id does not decide.</summary>
    bool LooksAtContent { get; }

    /// <summary>Whether the filter lets a document pass whatever it holds.</summary>
    bool Matches(DocumentId id);

    /// <summary>Whether the filter lets a document pass.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="document">Its content.</param>
    /// <param name="identity">Who asks, which a filter may compare with.</param>
    bool Matches(DocumentId id, GroqDocument document, string identity);
}
