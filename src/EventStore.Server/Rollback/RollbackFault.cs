namespace EventStore.Server.Rollback;

/// <summary>A strong reference that would lead nowhere.</summary>
/// <param name="Reason"><see cref="Missing"/> or <see cref="Referenced"/>.</param>
/// <param name="Other">The document at its other end.</param>
internal sealed record RollbackFault(string Reason, string Other)
{
    /// <summary>What the document refers to does not exist.</summary>
    public const string Missing = "missingReference";

    /// <summary>Something that stays refers to the document.</summary>
    public const string Referenced = "referenced";
}
