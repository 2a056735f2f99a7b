using System.Text.Json;

namespace EventStore.Server.Backups.Verification;

/// <summary>Writes the steps of a verification: one member, which says what it is.</summary>
internal static class VerificationLines
{
    public static void Write(Utf8JsonWriter writer, VerificationStep step)
    {
        switch (step)
        {
            case VerificationProgress progress:
                writer.WriteStartObject("progress"u8);
                writer.WriteNumber(progress.Unit, progress.Done);
                writer.WriteNumber("of"u8, progress.Of);
                writer.WriteEndObject();
                break;
            case VerificationDamage damage:
                writer.WriteStartObject("difference"u8);
                writer.WriteString("description"u8, damage.Description);
                writer.WriteEndObject();
                break;
            case BackupCertificate certificate:
                writer.WritePropertyName("certificate"u8);
                certificate.Json.WriteTo(writer);
                break;
        }
    }
}
