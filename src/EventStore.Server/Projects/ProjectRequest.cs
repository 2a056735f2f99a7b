using EventStore.Server.Auth;

namespace EventStore.Server.Projects;

/// <summary>A management request that was found to be allowed in a project.</summary>
/// <param name="Caller">Who makes it.</param>
/// <param name="Project">The project it is about.</param>
internal sealed record ProjectRequest(Caller Caller, Project Project);
