using System.Security.Cryptography;
using System.Text;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// The key under which the secrets of tokens are hashed. It is kept in the data folder or the configuration and never
/// in the database: whoever steals a dump of the database can neither use a token nor search for one.
/// </summary>
internal sealed class TokenPepper
{
    public const int MinLength = 32;
    public const int MaxLength = 256;

    private const int RandomBytes = 32;
    private const int FingerprintBytes = 8;
    private const int SignatureBytes = 16;

    private readonly byte[] _key;

    public TokenPepper(string text)
    {
        if (!IsAcceptable(text))
        {
            throw new ArgumentException("The text is not acceptable as a pepper.", nameof(text));
        }

        _key = Encoding.UTF8.GetBytes(text);
        Fingerprint = HMACSHA256.HashData(_key, "which pepper is this"u8)[..FingerprintBytes];
    }

    /// <summary>Tells one pepper from another without telling what it is.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>What is stored of a token.</summary>
    public byte[] Digest(TokenText token) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(token.Reveal()));

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    public bool Matches(TokenText token, ReadOnlySpan<byte> digest) =>
        CryptographicOperations.FixedTimeEquals(Digest(token), digest);

    /// <summary>
    /// A signature of what the server hands to a client to bring back. Its texts begin unlike any token, so that none
    /// can be passed off as the digest of one.
    /// </summary>
    public byte[] Sign(string text) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes("signed:" + text))[..SignatureBytes];

    /// <summary>Whether a signature is that of a text.</summary>
    public bool IsSigned(string text, ReadOnlySpan<byte> signature) =>
        CryptographicOperations.FixedTimeEquals(Sign(text), signature);

    public override string ToString() => "(token pepper)";

    public static bool IsAcceptable(string text) =>
        text.Length is >= MinLength and <= MaxLength && text.All(character => character is > ' ' and < '\x7f');

    public static string GenerateText() => RandomNumberGenerator.GetHexString(RandomBytes * 2, lowercase: true);
}
