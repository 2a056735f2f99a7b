using System.Security.Cryptography;

namespace EventStore.Server.Backups.Format;

/// <summary>The content of an <see cref="AssetPart"/>: a compressed block of entries.</summary>
internal static class AssetList
{
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<BackedUpAsset> assets)
    {
        var plain = new FieldWriter();
        plain.Number(assets.Count);
        foreach (var asset in assets)
        {
            plain.Raw(Convert.FromHexString(asset.Sha1));
            plain.Raw(asset.Md5.Span);
            plain.Raw(asset.Sha256.Span);
            plain.Number(asset.Length);
            plain.Text(asset.Key);
        }

        var part = new FieldWriter();
        part.Raw(PartKind.Assets);
        part.Raw(CompressedBlock.Encode(plain.Written.Span).Span);
        return part.Written;
    }

    /// <exception cref="BackupDamagedException">It is no such part.</exception>
    public static IReadOnlyList<BackedUpAsset> Decode(ReadOnlyMemory<byte> part)
    {
        PartKind.Open(part, PartKind.Assets);
        var reader = new FieldReader(CompressedBlock.Decode(part[PartKind.HeaderBytes..]));
        var assets = new BackedUpAsset[reader.Count()];
        for (var index = 0; index < assets.Length; index++)
        {
            var sha1 = Convert.ToHexStringLower(reader.Raw(SHA1.HashSizeInBytes).Span);
            var md5 = reader.Raw(MD5.HashSizeInBytes);
            var sha256 = reader.Raw(SHA256.HashSizeInBytes);
            assets[index] = new(sha1, md5, reader.Number(), reader.Text(), sha256);
        }

        reader.RequireEnd();
        return assets;
    }
}
