namespace EventStore.Server.Jobs;

/// <summary>The states of a job, as they are stored and sent.</summary>
internal static class JobStates
{
    /// <summary>Waits for a server.</summary>
    public const string Pending = "pending";

    /// <summary>A server is at it, or was until a moment ago.</summary>
    public const string Running = "running";

    public const string Completed = "completed";

    public const string Failed = "failed";

    public const string Canceled = "canceled";

    public static readonly IReadOnlyList<string> All = [Pending, Running, Completed, Failed, Canceled];

    /// <summary>Whether nothing will change any more.</summary>
    public static bool IsEnd(string state) => state is Completed or Failed or Canceled;
}
