namespace EventStore.Log.Postgres;

/// <summary>A document somewhere in its chain.</summary>
/// <param name="Sequence">The last effect that made this state.</param>
/// <param name="Revision">The transaction of that effect.</param>
/// <param name="Content">Content without <c>_rev</c>; empty when that effect deleted the document.</param>
internal readonly record struct ChainState(long Sequence, string Revision, ReadOnlyMemory<byte> Content);
