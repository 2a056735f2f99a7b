namespace EventStore.Log.Postgres.Attributes;

/// <summary>What a dataset's attribute index is true at.</summary>
/// <param name="Sequence">Of the log.</param>
/// <param name="Format">Of its keys.</param>
/// <param name="Generation">Raised whenever types or paths change.</param>
internal sealed record AttributeState(long Sequence, int Format, long Generation);
