namespace EventStore.Server.Projects;

/// <summary>
/// What clients take for switched on in a project. Here nothing is behind a plan: every project has all of it.
/// </summary>
internal static class ProjectFeatures
{
    public static readonly IReadOnlyList<string> All =
        ["advancedDatasetManagement", "advancedRolesManagement", "customRoles", "datasetTags", "privateDataset"];
}
