using System.Diagnostics.CodeAnalysis;

namespace EventStore.Log.Documents;

/// <summary>The id of a transaction: 1 to 128 characters <c>A-Z a-z 0-9 . _ -</c>; unique within its dataset.</summary>
public readonly record struct TransactionId
{
    private TransactionId(string value) => Value = value;

    /// <summary>The id as written; also the revision of every document the transaction touched.</summary>
    public string Value { get; }

    /// <summary>Parses an id; <paramref name="reason"/> says in one sentence what is wrong with a bad one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransactionId id, out string reason)
    {
        id = default;
        reason = "";
        if (string.IsNullOrEmpty(text))
        {
            reason = "A transaction id may not be empty";
        }
        else if (text.Length > Limits.TransactionIdLength)
        {
            reason = $"A transaction id may have at most {Limits.TransactionIdLength} characters";
        }
        else if (!IdentifierText.HasOnlyIdentifierCharacters(text))
        {
            reason = "A transaction id may only have the characters A-Z, a-z, 0-9, \".\", \"_\" and \"-\"";
        }
        else
        {
            id = new TransactionId(text);
            return true;
        }

        return false;
    }

    /// <summary>Reads back an id that was validated when it was stored.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static TransactionId Parse(string text) =>
        TryParse(text, out var id, out var reason) ? id : throw new FormatException(reason);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
