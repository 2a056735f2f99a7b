using System.Text.RegularExpressions;
using EventStore.Server.Wire;

namespace EventStore.Server.Projects;

/// <summary>
/// What the path of a request says besides the endpoint. The many spellings of a path (<c>/p/{project}/v…</c>,
/// <c>/v…/projects/{p}/datasets/{d}/mutate</c>, <c>/v…/datasets/{d}</c> …) are taken apart here, once; endpoints see
/// one.
/// </summary>
/// <param name="Version">The version segment without its <c>v</c>: <c>1</c>, <c>X</c> or a date.</param>
/// <param name="ProjectId">The project that the path names; null when it names none.</param>
/// <param name="Route">The path of the endpoint: <c>/data/mutate/{dataset}</c>, <c>/datasets/{dataset}</c> …</param>
internal sealed partial record RequestAddress(string Version, string? ProjectId, string Route)
{
    /// <summary>What follows <c>/projects/{p}/datasets/{d}/</c> in the resource form of data calls.</summary>
    private static readonly HashSet<string> DataCalls = new(StringComparer.Ordinal)
    {
        "actions", "doc", "export", "history", "import", "listen", "live", "mutate", "ping", "query", "verify",
    };

    /// <summary>Takes a path apart; null when it is not one of the versioned API.</summary>
    /// <exception cref="BoomException">404: the version is not valid; 400: two projects are named.</exception>
    public static RequestAddress? Parse(string path)
    {
        ReadOnlySpan<string> segments = path.Split('/');
        segments = segments[1..];
        string? prefixProject = null;
        if (segments is ["p", _, _, ..])
        {
            prefixProject = segments[1];
            segments = segments[2..];
        }

        if (segments.IsEmpty || !segments[0].StartsWith('v'))
        {
            return prefixProject is null ? null : throw InvalidVersion();
        }

        var version = segments[0][1..];
        if (!VersionPattern().IsMatch(version) || (version.Length > 1 && !DateOnly.TryParse(version, out _)))
        {
            throw InvalidVersion();
        }

        var (pathProject, route) = Normalise(segments[1..]);
        return pathProject is not null && prefixProject is not null && pathProject != prefixProject
            ? throw BoomException.BadRequest($"The path names two projects, \"{prefixProject}\" and \"{pathProject}\"")
            : new(version, prefixProject ?? pathProject, route);
    }

    private static (string? ProjectId, string Route) Normalise(ReadOnlySpan<string> segments) => segments switch
    {
        ["projects", var project, "datasets", var dataset, var call, .. var rest] when DataCalls.Contains(call) =>
            (project, Join(["data", call, dataset, .. rest])),
        ["projects", var project, "datasets", .. var rest] => (project, Join(["datasets", .. rest])),
        ["access" or "invitations", "project", { Length: > 0 } project, ..] => (project, Join(segments)),
        ["projects", { Length: > 0 } project, ..] => (project, Join(segments)),
        _ => (null, Join(segments)),
    };

    private static string Join(ReadOnlySpan<string> segments) => "/" + string.Join('/', segments!);

    private static BoomException InvalidVersion() =>
        BoomException.NotFound("The path must begin with an API version: /v1, /vX or /vYYYY-MM-DD");

    [GeneratedRegex(@"\A(1|X|[0-9]{4}-[0-9]{2}-[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
