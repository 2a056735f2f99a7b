namespace EventStore.Groq;

/// <summary>A valid query whose evaluation was given up.</summary>
public sealed class GroqEvaluationException : Exception
{
    public GroqEvaluationException(GroqEvaluationError error, string message)
        : base(message)
    {
        Error = error;
    }

    /// <summary>Which bound was met.</summary>
    public GroqEvaluationError Error { get; }
}
