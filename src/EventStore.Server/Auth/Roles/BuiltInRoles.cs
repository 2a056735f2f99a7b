using System.Collections.Frozen;

namespace EventStore.Server.Auth.Roles;

/// <summary>The roles that every project has.</summary>
internal static class BuiltInRoles
{
    public const string AdministratorName = "administrator";

    private static readonly DocumentGrant Everything = new(PathFilter.Everything, DocumentPermissions.All);

    private static readonly DocumentGrant Reading =
        new(PathFilter.Everything, DocumentPermissions.Read | DocumentPermissions.History);

    /// <summary>What whoever works with the content of a project needs to know of the project itself.</summary>
    private static readonly Permission[] Reader =
    [
        Permissions.ReadProject, Permissions.ReadDatasets, Permissions.ReadMembers, Permissions.ReadRoles,
        Permissions.ReadTags,
    ];

    private static readonly Role Administrator = new()
    {
        Name = AdministratorName,
        Title = "Administrator",
        Description = "Read and write access to all datasets, with full access to all project settings.",
        Permissions = Permissions.OfProjects.ToFrozenSet(),
        Documents = [Everything],
    };

    private static readonly Role Developer = new()
    {
        Name = "developer",
        Title = "Developer",
        Description = "Read and write access to all datasets, with access to project settings for developers.",
        Permissions = Permissions.OfProjects
            .Except([Permissions.DeleteProject, Permissions.UpdateMembers])
            .Except([Permissions.CreateRoles, Permissions.UpdateRoles, Permissions.DeleteRoles])
            .ToFrozenSet(),
        Documents = [Everything],
    };

    private static readonly Role Editor = new()
    {
        Name = "editor",
        Title = "Editor",
        Description = "Read and write access to all datasets, with limited access to project settings.",
        Permissions = Reader.ToFrozenSet(),
        Documents = [Everything],
    };

    private static readonly Role Contributor = new()
    {
        Name = "contributor",
        Title = "Contributor",
        Description = "Read and write access to draft content within all datasets, with no access to project settings.",
        Permissions = Reader.ToFrozenSet(),
        Documents =
        [
            Reading,
            new(PathFilter.Unpublished, DocumentPermissions.Create | DocumentPermissions.Update),
        ],
    };

    private static readonly Role Viewer = new()
    {
        Name = "viewer",
        Title = "Viewer",
        Description = "Read access to all datasets, with no access to project settings.",
        Permissions = Reader.ToFrozenSet(),
        Documents = [Reading],
    };

    private static readonly Role DeployStudio = new()
    {
        Name = "deploy-studio",
        Title = "Deploy Studio",
        Description = "Deploys a Studio; no access to documents beyond those that anybody may read.",
        AppliesToUsers = false,
        Permissions = new[] { Permissions.ReadProject, Permissions.ReadDatasets, Permissions.DeployStudio }
            .ToFrozenSet(),
        Documents = [],
    };

    /// <summary>From the one with the most rights to the one with the fewest.</summary>
    public static readonly IReadOnlyList<Role> All =
        [Administrator, Developer, Editor, Contributor, Viewer, DeployStudio];

    /// <summary>The role of a name, or null.</summary>
    public static Role? Find(string name) => All.FirstOrDefault(role => role.Name == name);
}
