namespace EventStore.Server.Activity;

/// <summary>One recorded management change.</summary>
/// <param name="Sequence">Dense number within its project, from 1.</param>
/// <param name="Timestamp">UTC, strictly increasing within the project.</param>
/// <param name="Author">User id of who made the change.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">To what.</param>
/// <param name="Details">A JSON object.</param>
internal sealed record ActivityEntry(
    long Sequence, DateTimeOffset Timestamp, string Author, string Action, string Subject, string Details);
