namespace EventStore.Benchmarks.Patches;

/// <summary>A document's revisions in canonical form, oldest first, and the patches that lead from each to the
/// next.</summary>
internal sealed record RevisionChain(byte[][] Documents, byte[][] Patches);
