namespace EventStore.Benchmarks.Results;

/// <summary>One side of a comparison: what it gave in each round.</summary>
/// <param name="Name">What did the work.</param>
/// <param name="Rounds">Empty when it is absent from this machine.</param>
internal sealed record Side(string Name, IReadOnlyList<double> Rounds)
{
    public bool IsAbsent => Rounds.Count == 0;

    public double Median => Figure.Median(Rounds);
}
