namespace EventStore.Log.Transactions;

/// <summary>The outcome of a group that was appended in order up to its first failure.</summary>
/// <param name="Appended">The results of the requests that are now durable, in order.</param>
/// <param name="Failure">What stopped request number <c>Appended.Count</c>, or null when all are durable.</param>
public sealed record AppendGroupResult(IReadOnlyList<AppendResult> Appended, Exception? Failure);
