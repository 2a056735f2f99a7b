namespace EventStore.Log.Postgres;

/// <summary>Where the log of a dataset ends.</summary>
/// <param name="ProjectId">The dataset's project.</param>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number.</param>
/// <param name="Sequence">The sequence of its last transaction.</param>
/// <param name="IsUnsettled">Whether an import has left heads without content, as it does until its end.</param>
public sealed record DatasetEnd(string ProjectId, string Name, int Number, long Sequence, bool IsUnsettled);
