using EventStore.Server.Auth.Robots;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth.Users;

/// <summary>Somebody who has rights in a project, or had: a robot, or root.</summary>
/// <param name="Id">User id.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="IsRobot">Whether it is a token's.</param>
/// <param name="RoleNames">Names of its roles in the project.</param>
/// <param name="CreatedAt">Since when it is known; null for always.</param>
/// <param name="UpdatedAt">When its roles last changed; null for never.</param>
internal sealed record Member(
    string Id,
    string DisplayName,
    bool IsRobot,
    IReadOnlyList<string> RoleNames,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt)
{
    /// <summary>The operator, who is a member of every project.</summary>
    public static readonly Member Root = new(
        Caller.Root.UserId, Caller.Root.DisplayName, false, [BuiltInRoles.AdministratorName], null, null);

    public static Member Of(Robot robot) =>
        new(robot.Id, robot.Label, true, robot.IsDeleted ? [] : robot.Roles, robot.CreatedAt, robot.UpdatedAt);
}
