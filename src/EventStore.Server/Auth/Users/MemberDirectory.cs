using EventStore.Server.Auth.Robots;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth.Users;

/// <summary>Who the members of projects are, and who a caller may know of.</summary>
internal sealed class MemberDirectory(RobotStore robots)
{
    /// <summary>The members of a project: root first, then its robots, oldest first.</summary>
    public async Task<IReadOnlyList<Member>> ListAsync(string projectId, CancellationToken cancellationToken) =>
        [Member.Root, .. (await robots.ListAsync(projectId, cancellationToken)).Select(Member.Of)];

    /// <summary>
    /// Those of some users that a caller may know of: itself and, with the right to read members, whoever is or was
    /// one in its project.
    /// </summary>
    public async Task<IReadOnlyList<Member>> FindAsync(
        Caller caller, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        bool IsKnown(string id, string? projectId) => id == caller.UserId
            || AccessPolicy.Allows(caller, Permissions.ReadMembers, projectId);

        var found = (await robots.FindAsync(ids, cancellationToken))
            .Where(robot => IsKnown(robot.Id, robot.ProjectId))
            .ToDictionary(robot => robot.Id, Member.Of, StringComparer.Ordinal);
        if (IsKnown(Member.Root.Id, caller.ProjectId))
        {
            found[Member.Root.Id] = Member.Root;
        }

        return ids.Where(found.ContainsKey).Select(id => found[id]).ToList();
    }
}
