using System.Text;
using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Fields;

/// <summary>
/// A field by its dot path, such as <c>metadata.title</c>. A dot or a backslash within a key is written with a backslash
/// before it. A path goes through arrays into each of their elements.
/// </summary>
internal sealed class FieldPath
{
    /// <summary>Longest path, in characters.</summary>
    public const int MaxLength = 1000;

    /// <summary>Most keys in a path.</summary>
    public const int MaxKeys = 32;

    /// <summary>Another name of <c>_id</c>, which clients of collections use.</summary>
    public const string IdAlias = "document_id";

    private const string Id = "_id";

    private readonly byte[][] _keys;

    private FieldPath(string text, byte[][] keys)
    {
        Text = text;
        _keys = keys;
    }

    /// <summary>The path as it was written.</summary>
    public string Text { get; }

    /// <summary>The keys as canonical JSON spells them between their quotes; those that the alias stands for.</summary>
    public ReadOnlySpan<byte[]> Keys => _keys;

    /// <summary>Whether this is <see cref="IdAlias"/>.</summary>
    public bool IsIdAlias => Text == IdAlias;

    /// <summary>Takes a path apart; <paramref name="reason"/> says in one sentence what is wrong with a bad one.</summary>
    public static FieldPath? TryParse(string text, out string reason)
    {
        reason = string.Empty;
        var keys = text == IdAlias ? [Id] : Split(text);
        if (text.Length is 0 or > MaxLength)
        {
            reason = $"A field path has 1 to {MaxLength} characters";
        }
        else if (keys is null || keys.Any(key => key.Length == 0 || !IsText(key)))
        {
            reason = "A field path consists of keys with dots between them; \\. and \\\\ stand for a dot and a backslash";
        }
        else if (keys.Count > MaxKeys)
        {
            reason = $"A field path has at most {MaxKeys} keys";
        }

        return reason.Length > 0 ? null : new(text, [.. keys!.Select(CanonicalString.Encode)]);
    }

    /// <summary>A key as it is written in a path.</summary>
    public static string Escape(string key) => key.Contains('.') || key.Contains('\\')
        ? key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(".", "\\.", StringComparison.Ordinal)
        : key;

    public override string ToString() => Text;

    private static List<string>? Split(string text)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '.':
                    keys.Add(key.ToString());
                    key.Clear();
                    break;
                case '\\' when index + 1 < text.Length && text[index + 1] is '.' or '\\':
                    key.Append(text[++index]);
                    break;
                case '\\':
                    return null;
                default:
                    key.Append(text[index]);
                    break;
            }
        }

        keys.Add(key.ToString());
        return keys;
    }

    /// <summary>Lone surrogates cannot be in any document.</summary>
    private static bool IsText(string key) => !key.Where((character, index) => char.IsSurrogate(character) && !IsPaired(key, index)).Any();

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index])
        ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
        : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
