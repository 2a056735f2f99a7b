using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Wire;

/// <summary>
/// The parameters of a query string. Empty means absent; one that is given twice or does not parse is refused, because
/// a parameter that is silently dropped makes a wrong answer look right.
/// </summary>
internal sealed partial class QueryParameters
{
    private readonly IQueryCollection _query;

    private QueryParameters(IQueryCollection query) => _query = query;

    /// <exception cref="BoomException">The request's tag is malformed.</exception>
    public static QueryParameters Of(HttpRequest request)
    {
        var parameters = new QueryParameters(request.Query);
        if (parameters.Text("tag") is { } tag && !TagPattern().IsMatch(tag))
        {
            throw BoomException.BadRequest("\"tag\" must be 1 to 75 of A-Z, a-z, 0-9, '.', '_' and '-'");
        }

        return parameters;
    }

    /// <summary>Whether the parameter is there at all, be it empty.</summary>
    public bool Contains(string name) => _query.ContainsKey(name);

    /// <summary>The names of all parameters.</summary>
    public IEnumerable<string> Names => _query.Keys;

    public string? Text(string name) => Whole(name) is { } text && text.Any(char.IsControl)
        ? throw BoomException.BadRequest($"\"{name}\" contains a control character")
        : Whole(name);

    /// <summary>A text that may have lines.</summary>
    public string? Whole(string name)
    {
        var values = _query[name];
        if (values.Count > 1)
        {
            throw BoomException.BadRequest($"\"{name}\" is given more than once");
        }

        return values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
    }

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw BoomException.BadRequest($"\"{name}\" must be true or false"),
    };

    /// <summary>A whole number from 0 up.</summary>
    public long? Count(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw BoomException.BadRequest($"\"{name}\" must be a whole number from 0 up");
    }

    /// <summary>A comma-separated list; null when it is absent or holds nothing.</summary>
    public IReadOnlyList<string>? List(string name)
    {
        var entries = Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (entries?.Length > ServerLimits.ListEntries)
        {
            throw BoomException.BadRequest($"\"{name}\" has more than {ServerLimits.ListEntries} entries");
        }

        return entries is { Length: > 0 } ? entries : null;
    }

    /// <summary>An instant, see <see cref="WireTime"/>.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return WireTime.TryParse(text, out var time)
            ? time
            : throw BoomException.BadRequest($"\"{name}\" must be a time like 2025-02-19T12:00:00.123456Z");
    }

    /// <summary>Refuses a request that gives two of several parameters that exclude each other.</summary>
    public void RequireAtMostOne(params ReadOnlySpan<string> names)
    {
        string? first = null;
        foreach (var name in names)
        {
            if (Text(name) is null)
            {
                continue;
            }

            if (first is not null)
            {
                throw BoomException.BadRequest($"\"{first}\" and \"{name}\" are mutually exclusive");
            }

            first = name;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,75}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
