using EventStore.Log.Documents;

namespace EventStore.Log.Postgres.Edits;

/// <summary>Selected edits and others alternate in a document more often than is looked at.</summary>
public sealed class TooManyEditsException(DocumentId id) : Exception(
    $"In document \"{id.Value}\" the edits alternate with others more than {Limits.EditRuns} times")
{
    /// <summary>The document.</summary>
    public DocumentId Id { get; } = id;
}
