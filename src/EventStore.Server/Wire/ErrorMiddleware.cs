using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventStore.Server.Wire;

/// <summary>Gives every error its documented body: exceptions, unknown routes, wrong methods.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            await DescribeBareStatusAsync(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException
            || context.RequestAborted.IsCancellationRequested)
        {
            WireLog.ClientLeft(logger, exception.GetType().Name);
            if (context.Response.HasStarted)
            {
                // Whoever still listens must not take what was sent for the whole.
                context.Abort();
            }
            else
            {
                context.Response.StatusCode = ClientClosedRequest;
            }
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
        }
    }

    /// <summary>Sends an error as a whole answer.</summary>
    public static async Task WriteAsync(HttpContext context, Failure failure)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DescribedErrors>() is not null)
        {
            failure = failure with { IsDescribed = true };
        }

        var response = context.Response;
        response.StatusCode = failure.StatusCode;
        response.ContentType = JsonAnswer.ContentType;
        if (failure.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (failure.StatusCode == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        failure.WriteTo(response.BodyWriter);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var failure = Failures.From(exception);
        if (failure.StatusCode >= 500)
        {
            WireLog.RequestFailed(logger, context, exception);
        }

        if (context.Response.HasStarted)
        {
            // What was sent cannot be taken back; cutting the connection is the one way left to say that it is not
            // whole.
            context.Abort();
            return;
        }

        await WriteAsync(context, failure);
    }

    private static Task DescribeBareStatusAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        var message = response.StatusCode switch
        {
            404 => "No such endpoint",
            405 => $"{context.Request.Method} is not allowed here",
            _ => "The request cannot be served",
        };
        return WriteAsync(context, Failures.From(new BoomException(response.StatusCode, message)));
    }
}
