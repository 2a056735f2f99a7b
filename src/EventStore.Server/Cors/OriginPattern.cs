using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace EventStore.Server.Cors;

/// <summary>
/// A registered origin: <c>https://app.example.org</c>, with <c>*</c> for any scheme, any part of the host, or any
/// port; or one of <c>*</c> (all origins), <c>null</c> and <c>file:///*</c>. An asterisk never crosses from one part
/// into the next, so that <c>https://*.example.org</c> is as narrow as it looks.
/// </summary>
internal sealed partial class OriginPattern
{
    /// <summary>What an origin must be, for messages.</summary>
    public const string Rule = "a scheme, a host and perhaps a port, such as https://*.example.org:8080, or one of *, "
        + "null and file:///*";

    private const string Everything = "*";
    private const string Files = "file:///*";
    private const string Opaque = "null";
    private const int MaxLength = 300;

    private readonly string _scheme;
    private readonly string _host;
    private readonly string _port;

    private OriginPattern(string text, string scheme = "", string host = "", string port = "")
    {
        Text = text;
        _scheme = scheme;
        _host = host;
        _port = port;
    }

    /// <summary>As it is stored: lower case, without a default port or a slash at the end.</summary>
    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out OriginPattern? pattern)
    {
        pattern = null;
        if (text is Everything or Files or Opaque)
        {
            pattern = new(text);
        }
        else if (text.Length <= MaxLength && Split(text.TrimEnd('/')) is var (scheme, host, port))
        {
            var suffix = port.Length == 0 ? "" : ":" + port;
            pattern = new($"{scheme}://{host}{suffix}", scheme, host, port);
        }

        return pattern is not null;
    }

    /// <summary>Whether an origin, as a browser sends it, is one of those meant.</summary>
    public bool Matches(string origin)
    {
        if (origin.Length > MaxLength)
        {
            return false;
        }

        if (Text is Everything or Opaque or Files)
        {
            return Text == Everything
                || origin == Text
                || (Text == Files && origin.StartsWith("file://", StringComparison.OrdinalIgnoreCase));
        }

        return !origin.Contains('*', StringComparison.Ordinal)
            && Split(origin) is var (scheme, host, port)
            && MatchesPart(_scheme, scheme)
            && MatchesPart(_host, host)
            && (_port == Everything || _port == port);
    }

    private static (string Scheme, string Host, string Port)? Split(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var scheme = match.Groups["scheme"].Value.ToLowerInvariant();
        var port = match.Groups["port"].Value;
        var isDefault = (scheme, port) is ("http", "80") or ("https", "443");
        return (scheme, match.Groups["host"].Value.ToLowerInvariant(), isDefault ? "" : port);
    }

    /// <summary>Goes back to the last asterisk only, so the work is bounded by the product of the lengths.</summary>
    private static bool MatchesPart(string pattern, string text)
    {
        int at = 0, star = -1, resume = 0;
        for (var index = 0; index < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = index;
            }
            else if (at < pattern.Length && pattern[at] == text[index])
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                index = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).Trim('*').IsEmpty;
    }

    [GeneratedRegex(
        @"\A(?<scheme>\*|[A-Za-z][A-Za-z0-9+.-]*)://(?<host>[A-Za-z0-9*_.-]+|\[[0-9A-Fa-f:.]+\])"
        + @"(:(?<port>\*|[0-9]{1,5}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
