using EventStore.Server.Auth.Tokens;
using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Auth;

/// <summary>Finds out who makes a request from its <c>Authorization</c> header.</summary>
internal sealed class Authenticator(
    RootToken rootToken,
    TokenPepper pepper,
    TokenLookup tokens,
    TokenUse use,
    TimeProvider clock,
    ILogger<Authenticator> logger)
{
    private const string Scheme = "Bearer ";

    /// <summary>Finds out who makes a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="companion">What to ask the database besides, should the caller's token be looked up.</param>
    /// <exception cref="BoomException">401: there is a header, but no token in it that is known and not
    /// expired.</exception>
    public async ValueTask<Caller> AuthenticateAsync(HttpContext context, ITokenCompanion? companion = null)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0 || header is [{ Length: 0 }])
        {
            return Caller.Anonymous;
        }

        if (header is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw AccessPolicy.Unauthorized("The token is not known");
        }

        var text = value[Scheme.Length..].Trim();
        if (rootToken.Matches(text))
        {
            return Caller.Root;
        }

        var token = TokenText.TryParse(text, out var parsed)
            ? await tokens.FindAsync(parsed.Id, companion, context.RequestAborted)
            : null;
        if (token is null || !IsGenuine(parsed!, token))
        {
            throw AccessPolicy.Unauthorized("The token is not known");
        }

        var now = clock.GetUtcNow();
        if (token.ExpiresAt <= now)
        {
            throw new BoomException(StatusCodes.Status401Unauthorized, "The token has expired", "SIO-401-AEX");
        }

        use.Note(token, now);
        return TokenLookup.CallerOf(token);
    }

    /// <summary>Whether the request carries the root token, which nothing has to be asked for.</summary>
    public bool IsRoot(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && rootToken.Matches(value[Scheme.Length..].Trim());

    private bool IsGenuine(TokenText text, StoredToken token)
    {
        if (!token.Pepper.AsSpan().SequenceEqual(pepper.Fingerprint))
        {
            AuthLog.OtherPepper(logger, token.Id);
        }

        return pepper.Matches(text, token.Digest);
    }
}
