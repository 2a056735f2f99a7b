using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventStore.Log.Transactions;
using EventStore.Server.Blobs;

namespace EventStore.Server.Backups.Format;

/// <summary>
/// What a backup is: the parts that make it up, with the digest of each, and what must come out of them. The schema is
/// <c>schemas/backup-manifest.schema.json</c>.
/// </summary>
internal sealed record BackupManifest
{
    public const string FormatName = "eventstore-backup";
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Dataset { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last transaction of the backup; 0 when the dataset was empty.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its id.</summary>
    public string? Revision { get; init; }

    /// <summary>The digest of the log's hash chain there, hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>How many documents there are.</summary>
    public required long Documents { get; init; }

    /// <summary>How many documents the log has ever touched; they are numbered from 1.</summary>
    public required int DocumentNumbers { get; init; }

    /// <summary>How many contents of assets.</summary>
    public required long Assets { get; init; }

    /// <summary>Digests of contents that the blob store had lost when the backup was made.</summary>
    public required IReadOnlyList<string> MissingAssets { get; init; }

    /// <summary>Settings of the dataset and of what concerns it; see <see cref="Making.BackedUpSettings"/>.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The log, from the first transaction on.</summary>
    public required IReadOnlyList<LogPart> Log { get; init; }

    /// <summary>The documents, the lowest layer first.</summary>
    public required IReadOnlyList<DocumentLayer> Layers { get; init; }

    public required IReadOnlyList<AssetPart> AssetLists { get; init; }

    /// <summary>All parts, in no particular order.</summary>
    [JsonIgnore]
    public IEnumerable<BackupPart> Parts => [.. Log, .. Layers.SelectMany(layer => layer.Parts), .. AssetLists];

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="BackupDamagedException">It is no manifest, one of another format, or contradicts
    /// itself.</exception>
    public static BackupManifest Read(ReadOnlySpan<byte> bytes)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json);
        }
        catch (JsonException exception)
        {
            throw new BackupDamagedException($"The manifest cannot be read: {exception.Message}");
        }

        if (manifest is not { Format: FormatName, Version: CurrentVersion })
        {
            throw new BackupDamagedException("The manifest is of a format that this server does not know");
        }

        return manifest.IsWhole() ? manifest : throw new BackupDamagedException("The manifest contradicts itself");
    }

    private bool IsWhole() =>
        Parts.All(part => BlobKey.TryParse(part.Key, out _) && part.Length > 0 && IsDigest(part.Sha256))
        && IsDigest(Digest)
        && IsLogWhole()
        && AreLayersWhole()
        && AssetLists.Sum(part => (long)part.Entries) == Assets;

    private bool IsLogWhole()
    {
        var end = 0L;
        foreach (var part in Log)
        {
            if (part.From != end + 1 || part.To < part.From || !IsDigest(part.Digest))
            {
                return false;
            }

            end = part.To;
        }

        return end == Sequence && Digest == (Log is [.., var last]
            ? last.Digest
            : Convert.ToHexStringLower(TransactionDigest.Genesis.Span));
    }

    private bool AreLayersWhole()
    {
        var end = 0L;
        foreach (var layer in Layers)
        {
            if (layer.Since != end || layer.Sequence < end || !IsSorted(layer.Parts))
            {
                return false;
            }

            end = layer.Sequence;
        }

        return end == Sequence && Documents == (Layers is [.., var last] ? last.Documents : 0);
    }

    private static bool IsSorted(IReadOnlyList<DocumentPart> parts)
    {
        string? last = null;
        foreach (var part in parts)
        {
            if (string.CompareOrdinal(last, part.FirstId) >= 0
                || string.CompareOrdinal(part.FirstId, part.LastId) > 0
                || !IsDigest(part.IndexSha256)
                || part.IndexLength < 0
                || part.IndexLength > part.Length)
            {
                return false;
            }

            last = part.LastId;
        }

        return true;
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
