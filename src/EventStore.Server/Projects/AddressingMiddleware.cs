using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Projects;

/// <summary>
/// Replaces the path by its one spelling and leaves a <see cref="RequestAddress"/> as feature of the request.
/// </summary>
internal sealed class AddressingMiddleware(RequestDelegate next)
{
    /// <summary>Where the endpoints of the versioned API are mapped; not reachable by writing it in a path.</summary>
    public const string RoutePrefix = "/-api";

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        if (path.StartsWith(RoutePrefix, StringComparison.OrdinalIgnoreCase))
        {
            throw BoomException.NotFound("No such endpoint");
        }

        if (path.Length > 1 && RequestAddress.Parse(path) is { } address)
        {
            context.Features.Set(address);
            context.Request.Path = RoutePrefix + address.Route;
        }

        return next(context);
    }
}
