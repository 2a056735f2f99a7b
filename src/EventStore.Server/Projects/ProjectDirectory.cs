using EventStore.Server.Wire;

namespace EventStore.Server.Projects;

/// <summary>The projects there are, by id; read at most once in <see cref="ServerLimits.ProjectFreshness"/>.</summary>
internal sealed class ProjectDirectory(ProjectStore store, TimeProvider clock)
{
    private readonly FreshValue<IReadOnlyDictionary<string, Project>> _projects = new(
        async cancellationToken => (await store.ListAsync(cancellationToken))
            .ToDictionary(project => project.Id, StringComparer.Ordinal),
        ServerLimits.ProjectFreshness,
        clock);

    public ValueTask<IReadOnlyDictionary<string, Project>> ListAsync(CancellationToken cancellationToken) =>
        _projects.GetAsync(cancellationToken);

    /// <summary>Says that a project was changed.</summary>
    public void Invalidate() => _projects.Invalidate();
}
