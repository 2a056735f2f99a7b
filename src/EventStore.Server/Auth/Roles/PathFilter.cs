using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using EventStore.Groq;
using EventStore.Log.Documents;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// A filter by id: <c>_id in path("drafts.**")</c>, several of them joined by <c>||</c>. In a pattern <c>*</c> stands
/// for one segment of an id and <c>**</c>, at its end, for one or more.
/// </summary>
internal sealed partial class PathFilter : IDocumentFilter
{
    /// <summary>Longest expression, in characters.</summary>
    public const int MaxLength = 2000;

    private const string Rest = "**";

    /// <summary>Every document.</summary>
    public static readonly PathFilter Everything = Parse("_id in path(\"**\")");

    /// <summary>The root path: ids without a dot.</summary>
    public static readonly PathFilter Root = Parse("_id in path(\"*\")");

    /// <summary>Drafts and versions: what is not published.</summary>
    public static readonly PathFilter Unpublished =
        Parse("_id in path(\"drafts.**\") || _id in path(\"versions.**\")");

    private readonly string[][] _patterns;

    private PathFilter(string expression, string[][] patterns)
    {
        Expression = expression;
        _patterns = patterns;
        MatchesAll = patterns.Any(pattern => pattern is [Rest]);
    }

    public string Expression { get; }

    public bool MatchesAll { get; }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="FormatException">The text is no such filter.</exception>
    public static PathFilter Parse(string text) =>
        TryParse(text, out var filter) ? filter : throw new FormatException($"'{text}' is no filter by path.");

    /// <summary>Reads a filter; false when the text is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PathFilter? filter)
    {
        filter = null;
        if (text.Length > MaxLength)
        {
            return false;
        }

        var patterns = new List<string[]>();
        foreach (var clause in text.Split("||"))
        {
            var match = ClausePattern().Match(clause);
            var pattern = match.Groups["path"].Value.Split('.');
            if (!match.Success || pattern[..^1].Contains(Rest))
            {
                return false;
            }

            patterns.Add(pattern);
        }

        filter = new PathFilter(text.Trim(), [.. patterns]);
        return true;
    }

    public bool LooksAtContent => false;

    public bool Matches(DocumentId id, GroqDocument document, string identity) => Matches(id);

    public bool Matches(DocumentId id)
    {
        if (MatchesAll)
        {
            return true;
        }

        foreach (var pattern in _patterns)
        {
            if (Matches(pattern, id.Value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes through both by segments without cutting the id up: exports ask for every document.</summary>
    private static bool Matches(string[] pattern, ReadOnlySpan<char> id)
    {
        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] == Rest)
            {
                return true;
            }

            var dot = id.IndexOf('.');
            var segment = dot < 0 ? id : id[..dot];
            if (pattern[index] != "*" && !segment.SequenceEqual(pattern[index]))
            {
                return false;
            }

            if (dot < 0)
            {
                return index == pattern.Length - 1;
            }

            id = id[(dot + 1)..];
        }

        return false;
    }

    [GeneratedRegex(
        """
        \A\s*_id\s+in\s+path\(\s*"(?<path>(\*\*?|[A-Za-z0-9_-]+)(\.(\*\*?|[A-Za-z0-9_-]+))*)"\s*\)\s*\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ClausePattern();
}
