namespace EventStore.Benchmarks.Peers;

/// <summary>How long something took and how much it gave.</summary>
internal readonly record struct TimedOutput(double Nanoseconds, long Bytes);
