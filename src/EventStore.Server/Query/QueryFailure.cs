using System.Globalization;
using EventStore.Groq;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Query;

/// <summary>What clients are told of queries that fail.</summary>
internal static class QueryFailure
{
    /// <summary>The type that clients know errors of parsing by; they look for the place in the query.</summary>
    public const string ParseType = "queryParseError";

    public const string TimeType = "queryTimeLimitError";

    /// <summary>400: a query that is not valid.</summary>
    public static Failure Of(QueryParseFailure failure) =>
        new(StatusCodes.Status400BadRequest, ParseType, failure.Message)
        {
            IsDescribed = true,
            Query = failure.Query,
            Start = failure.Start,
            End = failure.End,
        };

    /// <summary>400: a query that met a bound. Trying again would meet it again.</summary>
    public static Failure Of(GroqEvaluationException exception) => new(
        exception.Error is GroqEvaluationError.MalformedDocument ? 500 : StatusCodes.Status400BadRequest,
        exception.Error switch
        {
            GroqEvaluationError.TooMuchWork => "queryWorkLimitError",
            GroqEvaluationError.TooMuchMemory => "queryMemoryLimitError",
            GroqEvaluationError.ResultTooLarge => "queryResultLimitError",
            GroqEvaluationError.DocumentTooDeep => "queryDepthLimitError",
            _ => Failures.InternalType,
        },
        exception.Message)
    {
        IsDescribed = true,
    };

    /// <summary>400: a query that took too long.</summary>
    public static DescribedException TooLong(TimeSpan time) => new(
        StatusCodes.Status400BadRequest,
        TimeType,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The query takes more than {time.TotalSeconds} seconds; ask for less at a time"));

    /// <summary>429: more queries than the server takes on at a time. Clients try again.</summary>
    public static DescribedException TooMany() => new(
        StatusCodes.Status429TooManyRequests,
        "tooManyQueriesError",
        "The server is busy with other queries; try again later")
    {
        RetryAfter = ServerLimits.RetryAfter,
    };
}
