using System.Text.RegularExpressions;

namespace EventStore.Server.Collections.Filters;

/// <summary>
/// Makes regular expressions of callers' patterns. They are matched without backtracking, in time that grows with the
/// text alone; patterns that this cannot do, or that make a large automaton, are refused.
/// </summary>
internal static class FilterPattern
{
    /// <summary>Longest pattern, in characters.</summary>
    public const int MaxLength = 1000;

    private const string AutomatonSetting = "REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE";
    private const int MaxAutomatonSize = 10_000;
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(5);

    // The setting is read when an expression is made. It has to be a number, so it cannot be given in a file.
    static FilterPattern() => AppDomain.CurrentDomain.SetData(AutomatonSetting, MaxAutomatonSize);

    /// <exception cref="ArgumentException">The pattern is not valid, or not allowed.</exception>
    public static Regex Parse(string pattern, bool isCaseSensitive)
    {
        if (pattern.Length > MaxLength)
        {
            throw new ArgumentException($"the pattern has more than {MaxLength} characters");
        }

        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
            | (isCaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase);
        try
        {
            return new(pattern, options, MatchTime);
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException(exception.Message, exception);
        }
    }
}
