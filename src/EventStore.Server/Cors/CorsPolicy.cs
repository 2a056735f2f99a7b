using EventStore.Server.Projects;
using EventStore.Server.Wire;

namespace EventStore.Server.Cors;

/// <summary>The one place that decides which origins may read which project's answers.</summary>
internal sealed class CorsPolicy(CorsStore store, TimeProvider clock)
{
    private readonly FreshValue<ILookup<string, CorsOrigin>> _origins = new(
        async cancellationToken => (await store.ListAsync(null, cancellationToken))
            .ToLookup(origin => origin.ProjectId, StringComparer.Ordinal),
        ServerLimits.ProjectFreshness,
        clock);

    /// <summary>
    /// A request that cannot be assigned to a project, such as a preflight without the header that would name it, is
    /// allowed what any project allows; the answer proper then counts.
    /// </summary>
    public async ValueTask<CorsDecision> DecideAsync(
        string origin, Project? project, CancellationToken cancellationToken)
    {
        var origins = await _origins.GetAsync(cancellationToken);
        var candidates = project is null ? origins.SelectMany(group => group) : origins[project.Id];
        var matching = candidates.Where(entry => entry.Pattern.Matches(origin)).ToList();
        return new(matching.Count > 0, matching.Any(entry => entry.AllowCredentials));
    }

    /// <summary>Says that an origin was registered or taken away.</summary>
    public void Invalidate() => _origins.Invalidate();
}
