namespace EventStore.Log.Postgres.Edits;

/// <summary>Edits of one document that are selected and follow upon one another in its chain.</summary>
/// <param name="Before">The document before the first of them; empty when it did not exist.</param>
/// <param name="After">The document after the last of them; empty when it did not exist.</param>
public readonly record struct EditRun(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);
