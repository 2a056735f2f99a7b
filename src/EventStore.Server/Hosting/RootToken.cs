using System.Security.Cryptography;
using System.Text;

namespace EventStore.Server.Hosting;

/// <summary>
/// The token that may do everything. The text is a secret: it is shown by <c>serve</c> and nowhere else.
/// </summary>
public sealed class RootToken
{
    public const int MinLength = 16;
    public const int MaxLength = 256;

    // A fixed beginning lets secret scanners recognise a leaked token.
    private const string Prefix = "es_root_";
    private const int RandomBytes = 32;

    private readonly byte[] _digest;

    public RootToken(string text)
    {
        if (!IsAcceptable(text))
        {
            throw new ArgumentException("The text is not acceptable as a root token.", nameof(text));
        }

        Text = text;
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    public string Text { get; }

    /// <summary>Compares in a time that depends neither on the content nor on the length of the root token.</summary>
    public bool Matches(string? candidate) =>
        candidate is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), _digest);

    public override string ToString() => "(root token)";

    internal static bool IsAcceptable(string text) =>
        text.Length is >= MinLength and <= MaxLength && text.All(character => character is > ' ' and < '\x7f');

    internal static RootToken Generate() =>
        new(Prefix + RandomNumberGenerator.GetHexString(RandomBytes * 2, lowercase: true));
}
