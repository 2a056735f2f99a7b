using EventStore.Log.Postgres;
using EventStore.Server.Jobs;

namespace EventStore.Server.Copies;

/// <summary>What datasets hold besides their log, such as the contents of assets: a copy brings it along.</summary>
internal interface ICopiedContent
{
    /// <summary>
    /// Copies it, before the target is published. May be called again after it was interrupted; what is left of a copy
    /// that is given up goes with the target, like the contents of any dataset that is deleted.
    /// </summary>
    Task CopyAsync(JobRun run, Dataset source, Dataset target, CancellationToken cancellationToken);
}
