using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Auth;

/// <summary>Finds out who makes a request from its <c>Authorization</c> header.</summary>
internal sealed class Authenticator(RootToken rootToken)
{
    private const string Scheme = "Bearer ";

    /// <exception cref="BoomException">401: there is a header, but no token in it that is known.</exception>
    public Caller Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0 || header is [{ Length: 0 }])
        {
            return Caller.Anonymous;
        }

        var known = header is [{ } value]
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && rootToken.Matches(value[Scheme.Length..].Trim());
        return known ? Caller.Root : throw Unauthorized("The token is not known");
    }

    /// <summary>The answer to a caller who must say who it is. Clients recognise the code.</summary>
    public static BoomException Unauthorized(string message) =>
        new(StatusCodes.Status401Unauthorized, message, "SIO-401-ANF");
}
