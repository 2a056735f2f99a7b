using System.Globalization;
using System.Text.RegularExpressions;

namespace EventStore.Server.Wire;

/// <summary>
/// Instants on the wire: RFC 3339, also with the seconds or the whole time of day left out, UTC when there is no zone.
/// Written with microseconds, the resolution of the log.
/// </summary>
internal static partial class WireTime
{
    private const string Written = "yyyy-MM-ddTHH:mm:ss.ffffffZ";
    private const int MaxFractionDigits = 7;

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture);

    /// <summary>What is finer than 100 nanoseconds is cut off.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return false;
        }

        int Number(string group) => match.Groups[group] is { Success: true } found
            ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;

        var offset = new TimeSpan(Number("zh"), Number("zm"), 0);
        if (Number("h") > 23 || Number("m") > 59 || Number("s") > 59
            || Number("zm") > 59 || offset > TimeSpan.FromHours(14)
            || !DateOnly.TryParseExact(match.Groups["d"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var date))
        {
            return false;
        }

        var fraction = match.Groups["f"].Value;
        var digits = fraction[..Math.Min(fraction.Length, MaxFractionDigits)].PadRight(MaxFractionDigits, '0');
        var ticks = date.DayNumber * TimeSpan.TicksPerDay
            + new TimeSpan(Number("h"), Number("m"), Number("s")).Ticks
            + long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)
            - (match.Groups["z"].Value == "-" ? -offset.Ticks : offset.Ticks);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    // A blank before the zone is a plus sign that was not percent-encoded in a query string. No two ways lead through
    // the pattern, so the engine that never tries again, which cannot be compiled, has nothing to save.
    [GeneratedRegex(
        @"\A(?<d>[0-9]{4}-[0-9]{2}-[0-9]{2})"
        + @"(?:[Tt](?<h>[0-9]{2}):(?<m>[0-9]{2})(?::(?<s>[0-9]{2})(?:\.(?<f>[0-9]{1,30}))?)?"
        + @"(?:[Zz]|(?<z>[+\- ])(?<zh>[0-9]{2}):?(?<zm>[0-9]{2}))?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
