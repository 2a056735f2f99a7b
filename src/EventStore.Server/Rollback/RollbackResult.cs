using EventStore.Log.Documents;

namespace EventStore.Server.Rollback;

/// <summary>What became of a plan that was applied.</summary>
/// <param name="Plan">The digest.</param>
/// <param name="State">One of the constants here.</param>
/// <param name="Transactions">What it was done by, so far.</param>
/// <param name="Documents">How many documents these changed.</param>
internal sealed record RollbackResult(
    string Plan, string State, IReadOnlyList<TransactionId> Transactions, int Documents)
{
    public const string Applied = "applied";
    public const string Running = "running";
    public const string Failed = "failed";
    public const string Canceled = "canceled";

    /// <summary>The job that does it or did; null when it took one transaction, or is forgotten.</summary>
    public string? JobId { get; init; }
}
