using System.Text.Json.Nodes;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Backups.Format;
using EventStore.Server.Wire;

namespace EventStore.Server.Backups.Verification;

/// <summary>
/// Writes certificates: what a verification read and what it compared. They are signed with the server's own key, so
/// that the server, and nobody else, can tell later that it made one.
/// </summary>
internal sealed class CertificateMaker(TokenPepper pepper, TimeProvider clock)
{
    private const string Purpose = "backup-certificate/";

    public BackupCertificate Make(
        StoredBackup backup, BackupManifest manifest, DateTimeOffset startedAt, string documentsSha256)
    {
        var json = new JsonObject
        {
            ["format"] = "eventstore-backup-certificate",
            ["version"] = 1,
            ["backup"] = backup.Id,
            ["project"] = backup.ProjectId,
            ["dataset"] = backup.DatasetName,
            ["createdAt"] = WireTime.Format(backup.CreatedAt),
            ["sequence"] = manifest.Sequence,
            ["revision"] = manifest.Revision,
            ["chainDigest"] = manifest.Digest,
            ["manifestSha256"] = backup.ManifestSha256,
            ["documentsSha256"] = documentsSha256,
            ["transactions"] = manifest.Sequence,
            ["documents"] = manifest.Documents,
            ["assets"] = manifest.Assets,
            ["missingAssets"] = manifest.MissingAssets.Count,
            ["parts"] = manifest.Parts.Count(),
            ["bytes"] = backup.Bytes,
            ["checked"] = new JsonArray(
                "the length and SHA-256 of every part, and the SHA-1 of every asset",
                "the hash chain, recomputed from the first transaction to the last",
                "every document, replayed through all its patches and compared with the documents of the backup",
                "the counts of documents and assets"),
            ["startedAt"] = WireTime.Format(startedAt),
            ["finishedAt"] = WireTime.Format(clock.GetUtcNow()),
        };
        json["signature"] = new JsonObject
        {
            ["algorithm"] = "HMAC-SHA256, 128 bits, of this text without the signature",
            ["key"] = Convert.ToHexStringLower(pepper.Fingerprint),
            ["value"] = Convert.ToHexStringLower(pepper.Sign(Purpose + json.ToJsonString())),
        };
        return new(json);
    }
}
