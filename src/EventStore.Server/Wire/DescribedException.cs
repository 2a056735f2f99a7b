namespace EventStore.Server.Wire;

/// <summary>A refusal in the shape of data calls: <c>{"error":{"description","type"}}</c>.</summary>
/// <param name="statusCode">The HTTP status.</param>
/// <param name="type">What kind of error, for programs.</param>
/// <param name="description">What is wrong, for people.</param>
internal sealed class DescribedException(int statusCode, string type, string description) : Exception(description)
{
    public int StatusCode { get; } = statusCode;

    public string Type { get; } = type;

    /// <summary>What to tell the client to wait before it tries again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400: the request is not what it should be.</summary>
    public static DescribedException Malformed(string description) => new(400, Failures.ValidationType, description);

    /// <exception cref="DescribedException">400, unless the condition holds.</exception>
    public static void Require(bool condition, string description)
    {
        if (!condition)
        {
            throw Malformed(description);
        }
    }
}
