namespace EventStore.Groq;

/// <summary>Why the evaluation of a valid query was given up.</summary>
public enum GroqEvaluationError
{
    /// <summary>More work than <see cref="GroqLimits.MaxSteps"/>.</summary>
    TooMuchWork,

    /// <summary>More intermediate values kept at once than <see cref="GroqLimits.MaxMemoryBytes"/>.</summary>
    TooMuchMemory,

    /// <summary>A result larger than <see cref="GroqLimits.MaxResultBytes"/>.</summary>
    ResultTooLarge,

    /// <summary>A document nested deeper than <see cref="GroqLimits.MaxDocumentDepth"/>.</summary>
    DocumentTooDeep,

    /// <summary>A document that is not well-formed JSON.</summary>
    MalformedDocument,
}
