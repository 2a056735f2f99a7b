using System.Globalization;

namespace EventStore.Benchmarks.Results;

/// <summary>Numbers as people read them: three significant digits, units in words of their own.</summary>
internal static class Figure
{
    public static string Of(double value, Unit unit) => unit switch
    {
        Unit.Nanoseconds => Nanoseconds(value),
        Unit.Bytes => Bytes(value),
        Unit.PerSecond => Whole(value) + "/s",
        _ => Significant(value),
    };

    public static string Nanoseconds(double value) => value switch
    {
        >= 1e9 => Significant(value / 1e9) + " s",
        >= 1e6 => Significant(value / 1e6) + " ms",
        >= 1e3 => Significant(value / 1e3) + " µs",
        _ => Significant(value) + " ns",
    };

    public static string Bytes(double value) => value switch
    {
        >= 1e6 => Significant(value / 1e6) + " MB",
        >= 1e3 => Significant(value / 1e3) + " kB",
        _ => value.ToString("0", CultureInfo.InvariantCulture) + " B",
    };

    public static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Significant(double value) => value switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>For the record of runs: enough digits, not all.</summary>
    public static double Rounded(double value) =>
        double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
