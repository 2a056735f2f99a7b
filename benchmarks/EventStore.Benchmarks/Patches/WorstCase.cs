namespace EventStore.Benchmarks.Patches;

/// <summary>A pair of documents that is hard to diff.</summary>
/// <param name="Name">What is hard about it.</param>
/// <param name="Make">Makes both documents, canonical, the same at every call.</param>
internal sealed record WorstCase(string Name, Func<(byte[] Left, byte[] Right)> Make);
