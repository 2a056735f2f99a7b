namespace EventStore.Log.Mutations.Merging;

/// <summary>What came of carrying a difference over.</summary>
/// <param name="Content">Canonical JSON; empty when the document does not exist then.</param>
/// <param name="Conflicts">
/// The places that both sides have changed, as paths of the patch language; an empty one means the whole document.
/// </param>
public readonly record struct MergedDocument(ReadOnlyMemory<byte> Content, IReadOnlyList<string> Conflicts);
