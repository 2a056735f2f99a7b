namespace EventStore.Log.Mutations;

/// <summary>Why one mutation failed.</summary>
/// <param name="Type">The kind of failure.</param>
/// <param name="Description">One sentence for the caller.</param>
public sealed record MutationError(MutationErrorType Type, string Description)
{
    /// <summary>The document concerned.</summary>
    public string? Id { get; init; }

    /// <summary>The revision that the caller expected.</summary>
    public string? ExpectedRevisionId { get; init; }

    /// <summary>The revision that the document has.</summary>
    public string? CurrentRevisionId { get; init; }

    /// <summary>Documents that refer to the one that was to be deleted.</summary>
    public IReadOnlyList<string>? ReferencingIds { get; init; }

    /// <summary>The missing target of a reference.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>The grant that is missing.</summary>
    public string? Permission { get; init; }

    /// <summary>The offending value of a validation error, such as a path.</summary>
    public string? Value { get; init; }
}
