namespace EventStore.Benchmarks.Workload;

/// <summary>One line of a workload.</summary>
/// <param name="Number">From 1; the transaction's sequence in a dataset that holds nothing else.</param>
/// <param name="Id">The transaction's id.</param>
/// <param name="Time">As the stream has it; several can share one.</param>
/// <param name="Author">Opaque.</param>
/// <param name="Versions">The last state of every document it touched.</param>
internal sealed record WorkloadTransaction(
    int Number, string Id, DateTimeOffset Time, string Author, IReadOnlyList<DocumentVersion> Versions)
{
    /// <summary>A time of its own for stores whose history needs one: transactions of the same second follow each
    /// other by a microsecond.</summary>
    public DateTimeOffset DistinctTime { get; init; }
}
