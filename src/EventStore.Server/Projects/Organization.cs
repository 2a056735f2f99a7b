namespace EventStore.Server.Projects;

/// <summary>
/// A server is run by one organization. Clients ask for the list before they create a project, so it has a name.
/// </summary>
internal static class Organization
{
    public const string Id = "local";
    public const string Name = "EventStore";
}
