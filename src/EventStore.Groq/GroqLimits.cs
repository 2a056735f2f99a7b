namespace EventStore.Groq;

/// <summary>What one evaluation may use. Exceeding a bound is a <see cref="GroqEvaluationException"/>.</summary>
public sealed record GroqLimits
{
    /// <summary>Longest query, in UTF-16 units.</summary>
    public const int MaxQueryLength = 1_000_000;

    /// <summary>Deepest nesting of brackets and prefixes. Parsing recurses, so this bounds the stack.</summary>
    public const int MaxNesting = 128;

    /// <summary>
    /// Highest syntax tree. Evaluation recurses over it, so this bounds the stack too; a chain of one operator, or of
    /// traversals, counts one level for each except for <c>&amp;&amp;</c> and <c>||</c>, which are flat.
    /// </summary>
    public const int MaxQueryDepth = 256;

    /// <summary>Deepest nesting of a document that functions which walk whole documents follow.</summary>
    public const int MaxDocumentDepth = 256;

    public static GroqLimits Default { get; } = new();

    /// <summary>Steps: about one per value visited by a filter, a projection, a function.</summary>
    public long MaxSteps { get; init; } = 500_000_000;

    /// <summary>Bytes of intermediate values kept at the same time.</summary>
    public long MaxMemoryBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Whether a kept value counts with the document that it is a part of: for datasets that fetch documents, where
    /// nothing else keeps them in memory.
    /// </summary>
    public bool CountDocuments { get; init; }

    /// <summary>Bytes of the result's JSON.</summary>
    public long MaxResultBytes { get; init; } = 512L << 20;
}
