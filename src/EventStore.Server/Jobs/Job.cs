using System.Text.Json.Nodes;

namespace EventStore.Server.Jobs;

/// <summary>A piece of background work, as it is stored.</summary>
/// <param name="Id">Random and too long to be guessed: whoever knows it may listen to the job.</param>
/// <param name="Kind">Which <see cref="IJobKind"/> does it.</param>
/// <param name="ProjectId">The project it belongs to.</param>
/// <param name="Subject">Name of what it is about; of the source dataset for a copy.</param>
/// <param name="Author">User id of who asked for it.</param>
/// <param name="Request">What was asked for; the kind's own, never changed.</param>
internal sealed record Job(
    string Id, string Kind, string ProjectId, string Subject, string Author, JsonObject Request)
{
    /// <summary>Where to go on; the kind's own. Null before the first step.</summary>
    public JsonObject? Step { get; init; }

    /// <summary>One of <see cref="JobStates"/>.</summary>
    public string State { get; init; } = JobStates.Pending;

    /// <summary>0 to 100.</summary>
    public int Progress { get; init; }

    /// <summary>What it is doing, or how it ended; for people.</summary>
    public string? Message { get; init; }

    /// <summary>Raised by whoever takes the job: what was taken with a lower one can commit nothing.</summary>
    public long Fence { get; init; }

    /// <summary>How often it was taken since it last got a step further.</summary>
    public int Attempts { get; init; }

    public bool CancelRequested { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
