using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Cli.Terminal;
using EventStore.Cli.Transfer;
using EventStore.Cli.Verification;

namespace EventStore.Cli.Backups;

/// <summary>The file that says what the verification of a backup has checked.</summary>
internal static class BackupCertificateFile
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, string certificate, CancellationToken cancellation)
    {
        await using var file = ExportFile.Create(path);
        var node = JsonNode.Parse(certificate);
        await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(node, Indented), cancellation);
        file.Publish();
    }

    /// <summary>What it comes to, in a line.</summary>
    public static string Describe(string certificate)
    {
        using var json = JsonDocument.Parse(certificate);
        var root = json.RootElement;
        return $"backup {StepStream.Text(root, "backup")} is whole: "
            + $"{Quantity.Of(StepStream.Number(root, "transactions"), "transaction")}, "
            + $"{Quantity.Of(StepStream.Number(root, "documents"), "document")}, "
            + $"{Quantity.Of(StepStream.Number(root, "assets"), "asset")}, "
            + $"digest {StepStream.Text(root, "chainDigest")}";
    }
}
