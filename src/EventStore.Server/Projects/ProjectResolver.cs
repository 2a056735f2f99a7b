using System.Net;
using EventStore.Server.Auth;
using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Projects;

/// <summary>
/// Finds the project of a request: the one in its path, else in its host name, else in its header, else the one its
/// token belongs to, else the only one there is, else the configured default.
/// </summary>
internal sealed class ProjectResolver(ProjectDirectory directory, ServerSettings settings)
{
    public const string Header = "X-Sanity-Project-ID";

    /// <exception cref="BoomException">403: the caller's token belongs to another project; 404: the project does not
    /// exist; 400: none is named and none can be guessed.</exception>
    public async ValueTask<Project> ResolveAsync(
        HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        var projects = await directory.ListAsync(cancellationToken);
        var named = NamedBy(context, projects) ?? caller.ProjectId;
        if (named is not null)
        {
            AccessPolicy.RequireOwnProject(caller, named);
        }

        var project = named is null
            ? Default(projects) ?? throw BoomException.BadRequest(
                $"The request names no project: use /p/<project>/v…, or the header {Header}")
            : projects.GetValueOrDefault(named) ?? throw NotFound();
        context.Features.Set(project);
        return project;
    }

    /// <summary>
    /// The project of a request without regard to its caller: the one it was resolved to, else the one it names or
    /// would be given.
    /// </summary>
    /// <returns>Found is false when it names a project that does not exist; the project is null when it names
    /// none.</returns>
    public async ValueTask<(bool Found, Project? Project)> FindAsync(
        HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Features.Get<Project>() is { } resolved)
        {
            return (true, resolved);
        }

        var projects = await directory.ListAsync(cancellationToken);
        return NamedBy(context, projects) is not { } named
            ? (true, Default(projects))
            : (projects.TryGetValue(named, out var project), project);
    }

    /// <summary>The answer when a project does not exist. Clients recognise the code.</summary>
    public static BoomException NotFound() => new(404, "Project not found", "SIO-404-PNF");

    private static string? NamedBy(HttpContext context, IReadOnlyDictionary<string, Project> projects) =>
        context.Features.Get<RequestAddress>()?.ProjectId
        ?? OfHost(context.Request.Host, projects)
        ?? OfHeader(context.Request);

    private Project? Default(IReadOnlyDictionary<string, Project> projects) =>
        projects.Count == 1 ? projects.Values.First() : projects.GetValueOrDefault(settings.ProjectId);

    /// <summary>
    /// Under <c>localhost</c> or <c>api.…</c> the first label always names a project; elsewhere only when a project of
    /// that name exists, because a server at <c>content.example.org</c> is not asked for the project <c>content</c>.
    /// </summary>
    private static string? OfHost(HostString host, IReadOnlyDictionary<string, Project> projects)
    {
        if (!host.HasValue || IPAddress.TryParse(host.Host.Trim('[', ']'), out _))
        {
            return null;
        }

        var name = host.Host.TrimEnd('.').ToLowerInvariant();
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0)
        {
            return null;
        }

        var label = name[..dot];
        var rest = name[(dot + 1)..];
        var always = rest == "localhost" || rest.StartsWith("api.", StringComparison.Ordinal);
        return always || projects.ContainsKey(label) ? label : null;
    }

    private static string? OfHeader(HttpRequest request)
    {
        var header = request.Headers[Header];
        return header.Count > 1
            ? throw BoomException.BadRequest($"The header {Header} is given more than once")
            : header is [{ Length: > 0 } value] ? value : null;
    }
}
