namespace EventStore.Benchmarks.Results;

/// <summary>What a figure counts.</summary>
internal enum Unit
{
    Nanoseconds,
    Bytes,
    PerSecond,

    /// <summary>A plain number, such as a quotient.</summary>
    Number,
}
