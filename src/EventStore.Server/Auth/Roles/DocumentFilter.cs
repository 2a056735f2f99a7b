using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EventStore.Server.Auth.Roles;

/// <summary>Reads filters of grants. The same few are read for every request, so they are remembered.</summary>
internal static class DocumentFilter
{
    /// <summary>Filters that are remembered; then all are forgotten.</summary>
    private const int Remembered = 1000;

    private static readonly ConcurrentDictionary<string, IDocumentFilter> Known = new(StringComparer.Ordinal);

    /// <summary>Reads back a filter that was accepted.</summary>
    /// <exception cref="FormatException">The text is no filter.</exception>
    public static IDocumentFilter Parse(string text) =>
        TryParse(text, out var filter, out var reason) ? filter : throw new FormatException(reason);

    /// <summary>Reads a filter; <paramref name="reason"/> says what is wrong with a text that is none.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out IDocumentFilter? filter, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (Known.TryGetValue(text, out filter))
        {
            return true;
        }

        if (PathFilter.TryParse(text, out var byPath))
        {
            filter = byPath;
        }
        else if (GroqFilter.TryParse(text, out var byContent, out reason))
        {
            filter = byContent;
        }
        else
        {
            return false;
        }

        if (Known.Count >= Remembered)
        {
            Known.Clear();
        }

        Known[text] = filter;
        return true;
    }
}
