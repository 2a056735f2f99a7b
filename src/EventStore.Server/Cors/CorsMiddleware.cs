using System.Text.RegularExpressions;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace EventStore.Server.Cors;

/// <summary>
/// Tells browsers which answers a page may read, and answers their preflights. What is not registered gets no headers,
/// and the browser keeps the answer to itself.
/// </summary>
internal sealed partial class CorsMiddleware(
    RequestDelegate next, CorsPolicy policy, ProjectResolver projects, ILogger<CorsMiddleware> logger)
{
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private const string ExposedHeaders = "traceparent, x-sanity-warning, retry-after";
    private const string DefaultHeaders = "authorization, content-type, x-sanity-project-id, x-sanity-app";

    /// <summary>How long browsers may remember a preflight, in seconds.</summary>
    private const string MaxAge = "600";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RequestAddress>() is not { } address)
        {
            return next(context);
        }

        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (context.Request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            return next(context);
        }

        // Whoever may not read anything must still be able to find out that this is so.
        var isOpen = address.Route == CorsEndpoints.CheckRoute;
        if (HttpMethods.IsOptions(context.Request.Method)
            && context.Request.Headers.AccessControlRequestMethod is [{ Length: > 0 }])
        {
            return AnswerPreflightAsync(context, origin, isOpen);
        }

        context.Response.OnStarting(() => AddHeadersAsync(context, origin, isOpen));
        return next(context);
    }

    private async Task AnswerPreflightAsync(HttpContext context, string origin, bool isOpen)
    {
        var decision = isOpen ? new(true, false) : await DecideAsync(context, origin);
        if (!decision.IsAllowed)
        {
            throw new BoomException(
                StatusCodes.Status403Forbidden, "The page's origin is not among the project's CORS origins");
        }

        var headers = context.Response.Headers;
        Allow(headers, origin, decision);
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is [{ } asked]
            && HeaderListPattern().IsMatch(asked)
                ? asked
                : DefaultHeaders;
        headers.AccessControlMaxAge = MaxAge;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Runs when the answer begins: by then the request has been assigned to its project.</summary>
    private async Task AddHeadersAsync(HttpContext context, string origin, bool isOpen)
    {
        try
        {
            var decision = isOpen ? new(true, false) : await DecideAsync(context, origin);
            if (decision.IsAllowed)
            {
                Allow(context.Response.Headers, origin, decision);
                context.Response.Headers.AccessControlExposeHeaders = ExposedHeaders;
            }
        }
        catch (Exception exception)
        {
            // An answer is under way that must not fail for want of a header.
            DecisionFailed(logger, exception.Message);
        }
    }

    private async ValueTask<CorsDecision> DecideAsync(HttpContext context, string origin)
    {
        var (found, project) = await projects.FindAsync(context, context.RequestAborted);
        return found ? await policy.DecideAsync(origin, project, context.RequestAborted) : default;
    }

    private static void Allow(IHeaderDictionary headers, string origin, CorsDecision decision)
    {
        headers.AccessControlAllowOrigin = origin;
        if (decision.WithCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }

    [LoggerMessage(LogLevel.Warning, "An answer goes without CORS headers: {Reason}")]
    private static partial void DecisionFailed(ILogger logger, string reason);

    [GeneratedRegex(@"\A[A-Za-z0-9_, -]{1,1000}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderListPattern();
}
