using System.Collections.Frozen;

namespace EventStore.Server.Auth.Roles;

/// <summary>
/// All rights on the management side. The names are those that clients know (wire contract, section 10), with a few of
/// our own in the same style.
/// </summary>
internal static class Permissions
{
    private const string Project = "sanity.project";
    private const string Datasets = "sanity.project.datasets";
    private const string Cors = "sanity.project.cors";
    private const string Tokens = "sanity.project.tokens";
    private const string Members = "sanity.project.members";
    private const string Roles = "sanity.project.roles";
    private const string Tags = "sanity.project.tags";

    /// <summary>Create projects. No role has it: a project's members have no say over other projects.</summary>
    public static readonly Permission CreateProject = new("sanity.organization.projects", "create");

    public static readonly Permission ReadProject = new(Project, "read");
    public static readonly Permission UpdateProject = new(Project, "update");
    public static readonly Permission DeleteProject = new(Project, "delete");

    /// <summary>Deploy a Studio: what <c>deploy-studio</c> tokens are for.</summary>
    public static readonly Permission DeployStudio = new(Project, "deployStudio");

    public static readonly Permission ReadDatasets = new(Datasets, "read");
    public static readonly Permission CreateDatasets = new(Datasets, "create");
    public static readonly Permission UpdateDatasets = new(Datasets, "update");
    public static readonly Permission DeleteDatasets = new(Datasets, "delete");

    /// <summary>Import transactions, whose authors and times are whatever the importer says.</summary>
    public static readonly Permission ImportDatasets = new(Datasets, "import");

    /// <summary>Prove a dataset's log, which reads all of it.</summary>
    public static readonly Permission VerifyDatasets = new(Datasets, "verify");

    /// <summary>Make anew what is derived from a dataset's log.</summary>
    public static readonly Permission RebuildDatasets = new(Datasets, "rebuild");

    public static readonly Permission ReadCors = new(Cors, "read");
    public static readonly Permission CreateCors = new(Cors, "create");
    public static readonly Permission UpdateCors = new(Cors, "update");
    public static readonly Permission DeleteCors = new(Cors, "delete");

    public static readonly Permission ReadTokens = new(Tokens, "read");
    public static readonly Permission CreateTokens = new(Tokens, "create");
    public static readonly Permission UpdateTokens = new(Tokens, "update");
    public static readonly Permission DeleteTokens = new(Tokens, "delete");

    public static readonly Permission ReadMembers = new(Members, "read");
    public static readonly Permission UpdateMembers = new(Members, "update");

    public static readonly Permission ReadRoles = new(Roles, "read");
    public static readonly Permission CreateRoles = new(Roles, "create");
    public static readonly Permission UpdateRoles = new(Roles, "update");
    public static readonly Permission DeleteRoles = new(Roles, "delete");

    public static readonly Permission ReadTags = new(Tags, "read");
    public static readonly Permission CreateTags = new(Tags, "create");
    public static readonly Permission UpdateTags = new(Tags, "update");
    public static readonly Permission DeleteTags = new(Tags, "delete");

    /// <summary>Read who changed what on the management side.</summary>
    public static readonly Permission ReadActivity = new("sanity.project.activity", "read");

    /// <summary>Those that a role of a project may carry.</summary>
    public static readonly IReadOnlyList<Permission> OfProjects =
    [
        ReadProject, UpdateProject, DeleteProject, DeployStudio,
        ReadDatasets, CreateDatasets, UpdateDatasets, DeleteDatasets, ImportDatasets, VerifyDatasets,
        RebuildDatasets,
        ReadCors, CreateCors, UpdateCors, DeleteCors,
        ReadTokens, CreateTokens, UpdateTokens, DeleteTokens,
        ReadMembers, UpdateMembers,
        ReadRoles, CreateRoles, UpdateRoles, DeleteRoles,
        ReadTags, CreateTags, UpdateTags, DeleteTags,
        ReadActivity,
    ];

    private static readonly FrozenDictionary<string, Permission> ByName =
        OfProjects.ToFrozenDictionary(permission => permission.ToString());

    /// <summary>The right of a name such as <c>sanity.project.datasets.create</c>, or null.</summary>
    public static Permission? Find(string name) => ByName.GetValueOrDefault(name);
}
