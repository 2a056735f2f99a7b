using EventStore.Benchmarks.Results;

namespace EventStore.Benchmarks.Past;

/// <summary>Goals differ between the two edit histories; a slice or another history has none.</summary>
internal static class Goals
{
    /// <summary>Ours is at most so many times the peer's.</summary>
    public static Goal? Of(string workload, double bcd, double scoopMain) => workload switch
    {
        "bcd" => Goal.AtMost(bcd),
        "scoop-main" => Goal.AtMost(scoopMain),
        _ => null,
    };
}
