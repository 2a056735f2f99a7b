using EventStore.Log.Documents;

namespace EventStore.Log.Postgres.Edits;

/// <summary>A document that selected transactions have edited, as of a sequence.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number in the dataset.</param>
/// <param name="Sequence">The last transaction that touched it, be it by deleting it.</param>
/// <param name="Revision">That transaction's id.</param>
/// <param name="Content">Canonical JSON without <c>_rev</c>; empty when it does not exist.</param>
public sealed record EditedDocument(
    DocumentId Id, int Number, long Sequence, string Revision, ReadOnlyMemory<byte> Content)
{
    /// <summary>The selected edits, the newest first.</summary>
    public required IReadOnlyList<EditRun> Runs { get; init; }

    /// <summary>How many edits are selected.</summary>
    public required long Selected { get; init; }

    /// <summary>How many others came after the first of them.</summary>
    public required long Others { get; init; }
}
