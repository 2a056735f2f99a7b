using System.Diagnostics.CodeAnalysis;

namespace EventStore.Log.Documents;

/// <summary>
/// The id of a document: 1 to 128 characters <c>A-Z a-z 0-9 . _ -</c>, in segments parted by dots. No segment is empty
/// or begins with a hyphen, and <c>versions</c> is only a first segment, followed by at least two more.
/// </summary>
public readonly record struct DocumentId
{
    private DocumentId(string value) => Value = value;

    /// <summary>The id as written. Storage orders ids by their (ASCII) bytes.</summary>
    public string Value { get; }

    /// <summary>
    /// The id that a draft or a version of a release is published under; the id itself when it is published.
    /// </summary>
    public DocumentId Published => Value.Split('.', 3) switch
    {
        ["drafts", .. var rest] when rest.Length > 0 => new(string.Join('.', rest)),
        ["versions", _, var id] => new(id),
        _ => this,
    };

    /// <summary>Parses an id; <paramref name="reason"/> says in one sentence what is wrong with a bad one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DocumentId id, out string reason)
    {
        id = default;
        reason = Fault(text);
        if (reason.Length > 0)
        {
            return false;
        }

        id = new DocumentId(text!);
        return true;
    }

    /// <summary>Reads back an id that was validated when it was stored.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static DocumentId Parse(string text) =>
        TryParse(text, out var id, out var reason) ? id : throw new FormatException(reason);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string Fault(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "A document id may not be empty";
        }

        if (text.Length > Limits.DocumentIdLength)
        {
            return $"A document id may have at most {Limits.DocumentIdLength} characters";
        }

        if (!IdentifierText.HasOnlyIdentifierCharacters(text))
        {
            return $"The document id \"{text}\" has characters outside A-Z, a-z, 0-9, \".\", \"_\" and \"-\"";
        }

        var segments = text.AsSpan().Count('.') + 1;
        foreach (var range in text.AsSpan().Split('.'))
        {
            var segment = text.AsSpan(range);
            if (segment.IsEmpty)
            {
                return $"The document id \"{text}\" has an empty segment";
            }

            if (segment[0] == '-')
            {
                return $"The document id \"{text}\" has a segment that begins with \"-\"";
            }

            if (segment is "versions" && (range.Start.Value > 0 || segments < 3))
            {
                return $"The document id \"{text}\" is not of the form versions.<release>.<id>";
            }
        }

        return "";
    }
}
