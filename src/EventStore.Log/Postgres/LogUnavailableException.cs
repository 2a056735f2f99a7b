namespace EventStore.Log.Postgres;

/// <summary>The database could not be reached, or was lost on the way.</summary>
/// <param name="outcomeUnknown">
/// True when the connection was lost during a commit and could not be restored in time to find out what became of it.
/// The caller may try again with the same transaction id: a reuse is detected.
/// </param>
/// <param name="cause">What the driver said.</param>
public sealed class LogUnavailableException(bool outcomeUnknown, Exception cause)
    : Exception(
        outcomeUnknown
            ? "The database was lost during a commit, its outcome is not known yet"
            : "The database is not available",
        cause)
{
    /// <summary>True when the transaction may or may not be in the log.</summary>
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}
