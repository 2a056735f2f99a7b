using System.Globalization;

namespace EventStore.Benchmarks.Workload;

/// <summary>An instant of an edit history: behind the last transaction of its second.</summary>
/// <param name="Transaction">That transaction's number.</param>
/// <param name="Time">As the stream has it.</param>
/// <param name="DistinctTime">For stores whose transactions have times of their own.</param>
internal sealed record PastInstant(int Transaction, DateTimeOffset Time, DateTimeOffset DistinctTime)
{
    /// <summary>As a parameter of the HTTP API.</summary>
    public string TimeParameter =>
        Uri.EscapeDataString(Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
