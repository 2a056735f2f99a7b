using System.Diagnostics.CodeAnalysis;

namespace EventStore.Log.Documents;

/// <summary>
/// The name of a dataset: 1 to 64 characters <c>a-z 0-9 _ -</c>, beginning and ending with a letter or digit. A leading
/// <c>~</c> marks an alias, which is not a name.
/// </summary>
public readonly record struct DatasetName
{
    private DatasetName(string value) => Value = value;

    /// <summary>The name as written.</summary>
    public string Value { get; }

    /// <summary>Parses a name; <paramref name="reason"/> says in one sentence what is wrong with a bad one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DatasetName name, out string reason)
    {
        name = default;
        reason = "";
        if (string.IsNullOrEmpty(text))
        {
            reason = "A dataset name may not be empty";
        }
        else if (text.Length > Limits.DatasetNameLength)
        {
            reason = $"A dataset name may have at most {Limits.DatasetNameLength} characters";
        }
        else if (!text.All(IsNameCharacter)
            || !char.IsAsciiLetterOrDigit(text[0])
            || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            reason = "A dataset name has only lower-case letters, digits, \"_\" and \"-\", "
                + "and begins and ends with a letter or digit";
        }
        else
        {
            name = new DatasetName(text);
            return true;
        }

        return false;
    }

    /// <summary>Reads back a name that was validated when it was stored.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static DatasetName Parse(string text) =>
        TryParse(text, out var name, out var reason) ? name : throw new FormatException(reason);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_';
}
