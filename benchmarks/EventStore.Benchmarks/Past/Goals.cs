using EventStore.Benchmarks.Results;
using EventStore.Benchmarks.Workload;

namespace EventStore.Benchmarks.Past;

/// <summary>Goals differ between the two edit histories; a slice or another history has none.</summary>
internal static class Goals
{
    /// <summary>Ours is at most so many times the peer's.</summary>
    public static Goal? Of(WorkloadFile workload, double bcd, double scoopMain) => workload switch
    {
        { IsWhole: false } => null,
        { Name: "bcd" } => Goal.AtMost(bcd),
        { Name: "scoop-main" } => Goal.AtMost(scoopMain),
        _ => null,
    };
}
