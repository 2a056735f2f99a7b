using EventStore.Log.Postgres;

namespace EventStore.Server.Projects;

/// <summary>
/// The projects there are, read from the catalog at most once in <see cref="ServerLimits.ProjectFreshness"/>.
/// </summary>
internal sealed class ProjectDirectory(DatasetCatalog catalog, TimeProvider clock)
{
    private volatile Listing? _listing;

    public async ValueTask<IReadOnlyDictionary<string, Project>> ListAsync(CancellationToken cancellationToken)
    {
        if (_listing is { } known && clock.GetElapsedTime(known.ReadAt) < ServerLimits.ProjectFreshness)
        {
            return known.Projects;
        }

        var readAt = clock.GetTimestamp();
        var projects = await catalog.ListProjectsAsync(cancellationToken);
        var listing = new Listing(projects.ToDictionary(project => project.Id, StringComparer.Ordinal), readAt);
        _listing = listing;
        return listing.Projects;
    }

    private sealed record Listing(IReadOnlyDictionary<string, Project> Projects, long ReadAt);
}
