using System.Diagnostics.CodeAnalysis;
using EventStore.Groq;
using EventStore.Log.Documents;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// A filter by content: any GROQ condition on one document. It sees nothing but the document, so what it lets pass does
/// not change with other documents, and <c>identity()</c>.
/// </summary>
internal sealed class GroqFilter : IDocumentFilter
{
    private static readonly GroqMemoryDataset NoDocuments = new([]);

    /// <summary>A filter runs for every document of a stream.</summary>
    private static readonly GroqLimits Bounds = new()
    {
        MaxSteps = ServerLimits.FilterSteps,
        MaxMemoryBytes = ServerLimits.FilterMemoryBytes,
    };

    private readonly GroqQuery _query;

    private GroqFilter(string expression, GroqQuery query) => (Expression, _query) = (expression, query);

    public string Expression { get; }

    public bool MatchesAll => false;

    public bool LooksAtContent => true;

    /// <summary>Reads a filter; <paramref name="reason"/> says what is wrong with a text that is none.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out GroqFilter? filter, [NotNullWhen(false)] out string? reason)
    {
        filter = null;
        reason = null;
        if (text.Length > PathFilter.MaxLength)
        {
            reason = $"a filter may have at most {PathFilter.MaxLength} characters";
            return false;
        }

        try
        {
            var query = GroqQuery.Parse(text);
            if (query.Sources.Count > 0 || query.FollowsReferences)
            {
                reason = "a filter is about one document: it cannot look at others";
                return false;
            }

            filter = new(text.Trim(), query);
            return true;
        }
        catch (GroqParseException exception)
        {
            reason = $"not valid GROQ at {exception.Start}..{exception.End}: {exception.Description}";
            return false;
        }
    }

    public bool Matches(DocumentId id) => false;

    /// <summary>A filter that cannot be evaluated within its bounds lets nothing pass.</summary>
    public bool Matches(DocumentId id, GroqDocument document, string identity)
    {
        try
        {
            return _query.IsTrueOf(document, new()
            {
                Dataset = NoDocuments,
                Now = DateTimeOffset.UtcNow,
                Identity = identity,
                Limits = Bounds,
            });
        }
        catch (GroqEvaluationException)
        {
            return false;
        }
    }
}
