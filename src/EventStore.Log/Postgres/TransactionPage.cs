namespace EventStore.Log.Postgres;

/// <summary>Some transactions, in the order asked for.</summary>
/// <param name="Rows">The transactions.</param>
/// <param name="IsLast">Whether there were no more of them.</param>
/// <param name="Head">The end of the log just before they were read.</param>
internal sealed record TransactionPage(List<TransactionRow> Rows, bool IsLast, long Head);
