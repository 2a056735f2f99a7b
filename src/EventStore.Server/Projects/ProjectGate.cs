using EventStore.Server.Auth;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Projects;

/// <summary>What every management call on a project goes through first: who asks, for which project, may it.</summary>
internal sealed class ProjectGate(Authenticator authenticator, ProjectResolver projects)
{
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<ProjectRequest> OpenAsync(HttpContext context)
    {
        var caller = authenticator.Authenticate(context.Request);
        AccessPolicy.Require(caller, Permission.Administer, null);
        return new(caller, await projects.ResolveAsync(context, caller, context.RequestAborted));
    }
}
