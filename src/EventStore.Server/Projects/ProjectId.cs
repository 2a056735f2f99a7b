using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace EventStore.Server.Projects;

/// <summary>The ids of projects. They stand in host names, so they have the letters of one.</summary>
internal static partial class ProjectId
{
    /// <summary>What an id must be, for messages.</summary>
    public const string Rule = "1 to 64 of a-z, 0-9 and '-', beginning with a letter or digit";

    private const int MadeLength = 8;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string LettersAndDigits = Letters + "0123456789";

    public static bool IsValid(string text) => Pattern().IsMatch(text);

    /// <summary>A new id; the first character is a letter.</summary>
    public static string Make() =>
        RandomNumberGenerator.GetString(Letters, 1) + RandomNumberGenerator.GetString(LettersAndDigits, MadeLength - 1);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
