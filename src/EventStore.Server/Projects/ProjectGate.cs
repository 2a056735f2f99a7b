using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Projects;

/// <summary>
/// What every management call on a project goes through first: who asks, for which project, and may it.
/// </summary>
internal sealed class ProjectGate(Authenticator authenticator, ProjectResolver projects)
{
    /// <summary>Lets a caller with a permission pass.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<ProjectRequest> OpenAsync(HttpContext context, Permission permission)
    {
        var opened = await OpenAsync(context);
        AccessPolicy.Require(opened.Caller, permission, opened.Project.Id);
        return opened;
    }

    /// <summary>Lets every caller with a token of the project pass, whatever its roles.</summary>
    /// <exception cref="BoomException">401, 403 or 404.</exception>
    public async ValueTask<ProjectRequest> OpenAsync(HttpContext context)
    {
        var caller = await authenticator.AuthenticateAsync(context);

        // Without a token, or with one of another project, nobody learns which projects there are.
        AccessPolicy.RequireToken(caller);
        return new(caller, await projects.ResolveAsync(context, caller, context.RequestAborted));
    }
}
