namespace EventStore.Cli.Terminal;

/// <summary>Numbers with the things they count.</summary>
internal static class Quantity
{
    /// <param name="count">How many.</param>
    /// <param name="noun">What, in the singular; its plural takes an s.</param>
    public static string Of(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
