namespace EventStore.Server.Backups.Format;

/// <summary>
/// What became of documents between two sequences: those that were changed, whole or as patches on what the layers
/// below say, and those that were deleted. The lowest layer of a backup begins at 0 and so has all documents.
/// </summary>
/// <param name="Since">The earlier sequence.</param>
/// <param name="Sequence">The later one, where the next layer begins.</param>
/// <param name="Documents">How many documents there are at the later one, those of layers below included.</param>
/// <param name="Parts">By ascending ids; none when nothing changed.</param>
internal sealed record DocumentLayer(long Since, long Sequence, long Documents, IReadOnlyList<DocumentPart> Parts)
{
    /// <summary>How many documents and deletions it holds.</summary>
    public long Entries => Parts.Sum(part => (long)part.Entries);
}
