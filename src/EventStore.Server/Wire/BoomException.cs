namespace EventStore.Server.Wire;

/// <summary>A refusal in the shape of management calls: <c>{"statusCode","error","message"}</c>.</summary>
/// <param name="statusCode">The HTTP status.</param>
/// <param name="message">What is wrong, for people.</param>
/// <param name="errorCode">A code that clients recognise, such as <c>SIO-401-ANF</c>.</param>
internal sealed class BoomException(int statusCode, string message, string? errorCode = null) : Exception(message)
{
    public int StatusCode { get; } = statusCode;

    public string? ErrorCode { get; } = errorCode;

    public static BoomException BadRequest(string message) => new(400, message);

    public static BoomException Conflict(string message) => new(409, message);

    public static BoomException NotFound(string message) => new(404, message);
}
