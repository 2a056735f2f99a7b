using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// The text of a token: <c>es_token_{id}_{secret}{checksum}</c>. The beginning and the checksum let secret scanners
/// recognise a leaked one, and let the server refuse garbage without looking anything up; the id finds the token's row.
/// </summary>
internal sealed class TokenText
{
    public const string Prefix = "es_token_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 12;
    private const int SecretLength = 40;
    private const int ChecksumLength = 6;
    private const int Length = 9 + IdLength + 1 + SecretLength + ChecksumLength;

    private readonly string _text;

    private TokenText(string text) => _text = text;

    /// <summary>What the token is called where its secret must not be shown.</summary>
    public string Id => _text.Substring(Prefix.Length, IdLength);

    /// <summary>A new token from the operating system's randomness: the secret has 238 bits.</summary>
    public static TokenText Generate()
    {
        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        var body = $"{Prefix}{id}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return new(body + Checksum(body));
    }

    /// <summary>Takes a text for a token when its form and checksum are right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TokenText? token)
    {
        token = null;
        if (text.Length != Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length + IdLength] != '_'
            || text.AsSpan(Prefix.Length, IdLength).ContainsAnyExcept(Alphabet)
            || text.AsSpan(Prefix.Length + IdLength + 1).ContainsAnyExcept(Alphabet)
            || Checksum(text[..^ChecksumLength]) != text[^ChecksumLength..])
        {
            return false;
        }

        token = new(text);
        return true;
    }

    /// <summary>The secret text: for the one answer that shows it, and to be hashed.</summary>
    public string Reveal() => _text;

    /// <summary>The id alone, so that no log line can hold the secret by accident.</summary>
    public override string ToString() => $"(token {Id})";

    /// <summary>The first characters of the text's SHA-256, in base 62.</summary>
    private static string Checksum(string body)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(body), digest);
        Span<char> checksum = stackalloc char[ChecksumLength];
        for (var index = 0; index < ChecksumLength; index++)
        {
            checksum[index] = Alphabet[digest[index] % Alphabet.Length];
        }

        return new(checksum);
    }
}
