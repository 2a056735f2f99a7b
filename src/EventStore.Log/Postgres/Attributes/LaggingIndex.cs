namespace EventStore.Log.Postgres.Attributes;

/// <summary>A dataset whose attribute index is to be begun, extended or brought up to the end of the log.</summary>
/// <param name="ProjectId">The dataset's project.</param>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number.</param>
/// <param name="Sequence">The end of its log.</param>
/// <param name="Documents">Documents it has ever had.</param>
/// <param name="IsUnsettled">Whether an import has left heads without content, as it does until its end.</param>
public sealed record LaggingIndex(
    string ProjectId, string Name, int Number, long Sequence, int Documents, bool IsUnsettled);
