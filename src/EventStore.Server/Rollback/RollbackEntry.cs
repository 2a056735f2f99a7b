using System.Security.Cryptography;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;

namespace EventStore.Server.Rollback;

/// <summary>A document in a plan, reduced to what the plan as a whole depends on.</summary>
internal sealed class RollbackEntry
{
    public required DocumentId Id { get; init; }

    public required int Number { get; init; }

    /// <summary>The head that it was computed for: the transaction that last touched the document.</summary>
    public required long Sequence { get; init; }

    /// <summary>What is done, one of <see cref="RollbackActions"/>; none once it is skipped.</summary>
    public required string Action { get; set; }

    /// <summary>How that stands to later edits, one of <see cref="RollbackActions"/>.</summary>
    public required string Outcome { get; set; }

    /// <summary>Why not, when it is references that are in the way.</summary>
    public RollbackFault? Fault { get; set; }

    /// <summary>SHA-256 of what it becomes.</summary>
    public required byte[] Content { get; init; }

    /// <summary>The larger of both states, in bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>Whether its type changes, which to others that refer to it is a deletion.</summary>
    public required bool ChangesType { get; init; }

    /// <summary>What it will refer to strongly and does not now.</summary>
    public required IReadOnlyList<string> AddedTargets { get; init; }

    /// <summary>What it refers to strongly, and will.</summary>
    public required IReadOnlyList<string> KeptTargets { get; init; }

    /// <summary>What does it; null when the plan is too large for that to be kept.</summary>
    public Mutation? Mutation { get; set; }

    public bool IsActive => Action != RollbackActions.None;

    /// <summary>Whether references to it break.</summary>
    public bool BreaksReferences => Action == RollbackActions.Delete || (IsActive && ChangesType);

    public static RollbackEntry Of(PlannedDocument planned, string onConflict)
    {
        var hasConflicts = planned.Conflicts.Count > 0;
        var isSkipped = hasConflicts && onConflict == ConflictChoices.Skip;
        var after = DocumentReferences.StrongTargets(planned.After.Span);
        var before = DocumentReferences.StrongTargets(planned.Before.Span).ToHashSet(StringComparer.Ordinal);
        return new()
        {
            Id = planned.Id,
            Number = planned.Edited.Number,
            Sequence = planned.Edited.Sequence,
            Action = isSkipped ? RollbackActions.None : planned.Action,
            Outcome = (hasConflicts, onConflict) switch
            {
                (true, ConflictChoices.Skip) => RollbackActions.Skipped,
                (true, ConflictChoices.Force) => RollbackActions.Forced,
                (true, _) => RollbackActions.Conflict,
                _ => planned.Edited.Others > 0 ? RollbackActions.Merged : RollbackActions.Clean,
            },
            Bytes = Math.Max(planned.Before.Length, planned.After.Length),
            Content = SHA256.HashData(planned.After.Span),
            ChangesType = !planned.Before.IsEmpty && !planned.After.IsEmpty
                && DocumentContent.Type(planned.Before.Span) != DocumentContent.Type(planned.After.Span),
            AddedTargets = [.. after.Where(target => !before.Contains(target))],
            KeptTargets = [.. after.Where(before.Contains)],
        };
    }
}
