using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Mutations.Merging;
using EventStore.Log.Postgres.Edits;

namespace EventStore.Server.Rollback;

/// <summary>What undoing edits makes of one document, looked at alone.</summary>
/// <param name="Edited">The document and its edits.</param>
/// <param name="Before">As it is, without <c>_updatedAt</c>, which every edit changes; empty for none.</param>
/// <param name="After">What it becomes, the same way. Where there are conflicts, with the old value.</param>
/// <param name="Conflicts">The places that later edits have changed, too.</param>
internal sealed record PlannedDocument(
    EditedDocument Edited, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, IReadOnlyList<string> Conflicts)
{
    public DocumentId Id => Edited.Id;

    /// <summary>
    /// Takes the selected edits away, the newest first: each time the way back over a run of them is carried over to
    /// what is left of the document.
    /// </summary>
    public static PlannedDocument Of(EditedDocument edited)
    {
        var before = DocumentContent.RemoveUpdateTime(edited.Content);
        var after = before;
        var conflicts = new List<string>();
        foreach (var run in edited.Runs)
        {
            var merged = DocumentMerge.Carry(
                DocumentContent.RemoveUpdateTime(run.After), DocumentContent.RemoveUpdateTime(run.Before), after);
            after = merged.Content;
            conflicts.AddRange(merged.Conflicts);
        }

        return new(edited, before, after, [.. conflicts.Distinct().Take(DocumentMerge.ConflictsNamed)]);
    }

    /// <summary>One of <see cref="RollbackActions"/>.</summary>
    public string Action => (Before.IsEmpty, After.IsEmpty) switch
    {
        (true, true) => RollbackActions.None,
        (true, false) => RollbackActions.Create,
        (false, true) => RollbackActions.Delete,
        _ => Before.Span.SequenceEqual(After.Span) ? RollbackActions.None : RollbackActions.Update,
    };

    /// <summary>What does it. The document says when it was created; when it was changed is now.</summary>
    public Mutation ToMutation() => After.IsEmpty
        ? new DeleteMutation(Id, Purge: false)
        : new CreateOrReplaceMutation(Id, After);
}
