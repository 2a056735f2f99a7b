using System.Globalization;
using EventStore.Groq;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Mendoza;
using EventStore.Server.Backups.Format;
using EventStore.Server.Blobs;
using EventStore.Server.Collections;
using EventStore.Server.Import;
using EventStore.Server.Mutate;
using EventStore.Server.Query;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace EventStore.Server.Wire;

/// <summary>The one place that says what each exception looks like from outside.</summary>
internal static class Failures
{
    public const string ValidationType = "validationError";

    /// <summary>
    /// The transaction may be in the log or not. Without "Retry-After", so that nobody repeats it unasked: only with
    /// the same transaction id a repetition is safe.
    /// </summary>
    public const string OutcomeUnknownType = "outcomeUnknownError";

    public const string InternalType = "internalError";

    /// <summary>Never tells more than the exceptions made for clients do.</summary>
    public static Failure From(Exception exception) => exception switch
    {
        ImportException import => OfLine(import),
        BoomException boom => new(boom.StatusCode, TypeOf(boom.StatusCode), boom.Message)
        {
            ErrorCode = boom.ErrorCode,
        },
        DescribedException described => new(described.StatusCode, described.Type, described.Message)
        {
            IsDescribed = true,
            RetryAfter = described.RetryAfter,
        },
        CollectionRequestException collection => new(422, ValidationType, collection.Message)
        {
            Faults = collection.Faults,
        },
        RowsChangedException changed => new(409, TypeOf(409), changed.Message),
        QueryParseFailure query => QueryFailure.Of(query),
        GroqEvaluationException query => QueryFailure.Of(query),
        MutationException mutation => MutationFailure.From(mutation),
        JsonFormatException json => new(400, "malformedJsonError", json.Message) { IsDescribed = true },
        DatasetNotFoundException dataset => new(404, TypeOf(404), dataset.Message),
        LogUnavailableException { OutcomeUnknown: true } unknown => new(503, OutcomeUnknownType, unknown.Message)
        {
            IsDescribed = true,
        },
        LogUnavailableException unavailable => Unavailable(unavailable.Message),
        NpgsqlException { IsTransient: true } => Unavailable("The database is not available"),
        NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException } =>
            Unavailable("The database is not available"),
        BlobStoreException unavailable => Unavailable(unavailable.Message),
        BackupDamagedException damaged => new(500, InternalType, $"The backup is damaged: {damaged.Message}"),
        BadHttpRequestException bad => FromServer(bad),
        _ => new(500, InternalType, "The server met an unexpected error; its log says more"),
    };

    /// <summary>
    /// Names the line; of several failed mutations the first, because an error of a stream is one line.
    /// </summary>
    private static Failure OfLine(ImportException exception)
    {
        var failure = From(exception.InnerException!);
        var (type, message) = exception.InnerException is MutationException { Items: [var (_, error), ..] }
            ? (error.Type.WireName(), error.Description)
            : (failure.Type, failure.Message);
        return failure with
        {
            Type = type,
            Message = $"Line {exception.Line.ToString(CultureInfo.InvariantCulture)}: {message}",
            Line = exception.Line,
            IsDescribed = true,
            Items = default,
        };
    }

    private static Failure Unavailable(string message) =>
        new(503, TypeOf(503), message) { RetryAfter = ServerLimits.RetryAfter };

    private static Failure FromServer(BadHttpRequestException exception) => exception.StatusCode == 413
        ? new(413, TypeOf(413), "Request body exceeds the limit of the server") { IsDescribed = true }
        : new(exception.StatusCode, TypeOf(exception.StatusCode), "The request is not well-formed HTTP");

    private static string TypeOf(int statusCode) => statusCode switch
    {
        400 => ValidationType,
        401 => "unauthorizedError",
        403 => "insufficientPermissionsError",
        404 => "notFoundError",
        409 => "conflictError",
        413 => "requestTooLargeError",
        503 => "unavailableError",
        >= 500 => InternalType,
        _ => "requestError",
    };
}
