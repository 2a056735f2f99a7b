namespace EventStore.Server.Query.Attributes;

/// <summary>One way to find the documents that a condition can hold for.</summary>
/// <param name="Kind">How much it is likely to leave out.</param>
/// <param name="Description">For people.</param>
/// <param name="Ranges">The keys in the index.</param>
internal sealed record IndexAccess(
    IndexAccessKind Kind, string Description, IReadOnlyList<(byte[] From, byte[] To)> Ranges);
