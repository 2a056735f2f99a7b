using System.Text.RegularExpressions;

namespace EventStore.Server.Blobs;

/// <summary>
/// The name of a blob: segments of letters, digits, '.', '_' and '-', separated by '/'. None begins with a dot, so that
/// a key is a safe relative path whatever keeps the blobs, and names that begin with one are the stores' own.
/// </summary>
internal readonly partial record struct BlobKey
{
    public const int MaxLength = 512;

    private BlobKey(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="ArgumentException">The text is no key.</exception>
    public static BlobKey Of(string text) => TryParse(text, out var key)
        ? key
        : throw new ArgumentException($"\"{text}\" is no key of a blob.", nameof(text));

    public static bool TryParse(string text, out BlobKey key)
    {
        var isValid = text.Length <= MaxLength && Pattern().IsMatch(text);
        key = isValid ? new(text) : default;
        return isValid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
