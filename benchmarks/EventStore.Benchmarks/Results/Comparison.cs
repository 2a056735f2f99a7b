namespace EventStore.Benchmarks.Results;

/// <summary>Ours beside a peer's, measured in turns in one run.</summary>
/// <param name="What">What was done, on which data.</param>
/// <param name="Unit">Of both sides.</param>
/// <param name="Ours">Our side.</param>
/// <param name="Peer">The other side; null where ours is measured against a limit alone.</param>
/// <param name="Goal">What the ratio has to reach; null where it is only reported.</param>
internal sealed record Comparison(string What, Unit Unit, Side Ours, Side? Peer, Goal? Goal)
{
    public bool HasRatio => !Ours.IsAbsent && Peer is { IsAbsent: false };

    /// <summary>Median of ours divided by the median of the peer's.</summary>
    public double Ratio => Ours.Median / Peer!.Median;

    /// <summary>Least disturbed by whatever else the machine did, where small is good.</summary>
    public double RatioOfMinima => Ours.Rounds.Min() / Peer!.Rounds.Min();

    /// <summary>Null without a goal, and where a side is absent.</summary>
    public bool? IsMet => Goal is null || Ours.IsAbsent || (Peer is not null && Peer.IsAbsent)
        ? null
        : Goal.IsMet(Ours.Median, Peer?.Median ?? 0);
}
