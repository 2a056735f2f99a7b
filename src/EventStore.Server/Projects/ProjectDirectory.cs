namespace EventStore.Server.Projects;

/// <summary>
/// The projects there are, read at most once in <see cref="ServerLimits.ProjectFreshness"/>: what another server changed
/// is seen after that time, what this one changed at once.
/// </summary>
internal sealed class ProjectDirectory(ProjectStore store, TimeProvider clock)
{
    private volatile Listing? _listing;
    private int _changes;

    public async ValueTask<IReadOnlyDictionary<string, Project>> ListAsync(CancellationToken cancellationToken)
    {
        if (_listing is { } known && clock.GetElapsedTime(known.ReadAt) < ServerLimits.ProjectFreshness)
        {
            return known.Projects;
        }

        var readAt = clock.GetTimestamp();
        var changes = Volatile.Read(ref _changes);
        var projects = await store.ListAsync(cancellationToken);
        var listing = new Listing(projects.ToDictionary(project => project.Id, StringComparer.Ordinal), readAt);
        if (changes == Volatile.Read(ref _changes))
        {
            // Else it may have been read before a change that this server has made since.
            _listing = listing;
        }

        return listing.Projects;
    }

    /// <summary>Says that a project was changed.</summary>
    public void Invalidate()
    {
        Interlocked.Increment(ref _changes);
        _listing = null;
    }

    private sealed record Listing(IReadOnlyDictionary<string, Project> Projects, long ReadAt);
}
