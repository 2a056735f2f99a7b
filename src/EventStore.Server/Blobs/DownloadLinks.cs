using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventStore.Server.Auth.Tokens;

namespace EventStore.Server.Blobs;

/// <summary>
/// Links that let whoever has them download one blob for a while, without a token. All a link says is in it and signed,
/// so nothing is stored; it ends by itself, or with the blob.
/// </summary>
internal sealed class DownloadLinks(TokenPepper pepper, TimeProvider clock)
{
    /// <summary>What is signed begins unlike anything else that is signed under the same pepper.</summary>
    private const string Purpose = "download/";

    private const int MaxLength = 4096;

    /// <summary>Makes a link.</summary>
    /// <param name="download">What it leads to.</param>
    /// <param name="lifetime">How long it is good; more than <see cref="ServerLimits.DownloadLinkLifetime"/> is cut to
    /// that.</param>
    /// <returns>The path of the link on this server, and when it ends.</returns>
    public (string Path, DateTimeOffset ExpiresAt) Create(Download download, TimeSpan lifetime)
    {
        var longest = ServerLimits.DownloadLinkLifetime;
        var expiresAt = clock.GetUtcNow() + (lifetime < longest ? lifetime : longest);
        var content = JsonSerializer.SerializeToUtf8Bytes(new Content(
            download.Key.Value,
            download.FileName,
            download.ContentType,
            expiresAt.ToUnixTimeMilliseconds(),
            download.Document));
        var text = Base64Url.EncodeToString(content);
        return ($"{DownloadEndpoint.Prefix}{text}.{Signature(text)}", expiresAt);
    }

    /// <summary>Reads what stands behind <see cref="DownloadEndpoint.Prefix"/>; null when it is not a link of ours that
    /// is good now.</summary>
    public Download? Read(string link)
    {
        // The text is compared, not what it decodes to: several texts decode to the same bytes.
        var dot = link.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || link.Length > MaxLength || !Ascii.IsValid(link) || !IsSigned(link[..dot], link[(dot + 1)..]))
        {
            return null;
        }

        var content = JsonSerializer.Deserialize<Content>(Base64Url.DecodeFromChars(link.AsSpan(0, dot)))!;
        return clock.GetUtcNow().ToUnixTimeMilliseconds() < content.Expires
            ? new(BlobKey.Of(content.Key), content.FileName, content.ContentType) { Document = content.Document }
            : null;
    }

    private bool IsSigned(string text, string signature) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Signature(text)));

    private string Signature(string text) => Base64Url.EncodeToString(pepper.Sign(Purpose + text));

    private sealed record Content(
        string Key,
        string FileName,
        string ContentType,
        long Expires,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Document);
}
