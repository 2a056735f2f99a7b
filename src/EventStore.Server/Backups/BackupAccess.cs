using EventStore.Log.Postgres;
using EventStore.Server.Auth;

namespace EventStore.Server.Backups;

/// <summary>A request on the backups of a dataset, which may be gone.</summary>
/// <param name="Caller">Who makes it.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Name">The name that the dataset has or had.</param>
/// <param name="Dataset">The dataset that has it now; null when there is none.</param>
internal sealed record BackupAccess(Caller Caller, string ProjectId, string Name, Dataset? Dataset);
