namespace EventStore.Server.Backups.Format;

/// <summary>The bytes that the parts of a backup begin with: what they are, and in which version of the
/// format.</summary>
internal static class PartKind
{
    public const int HeaderBytes = 4;

    public static ReadOnlySpan<byte> Log => "ESL1"u8;

    public static ReadOnlySpan<byte> Documents => "ESD1"u8;

    public static ReadOnlySpan<byte> Assets => "ESA1"u8;

    /// <summary>What follows the header.</summary>
    /// <exception cref="BackupDamagedException">The part is of another kind.</exception>
    public static FieldReader Open(ReadOnlyMemory<byte> part, ReadOnlySpan<byte> kind)
    {
        if (!part.Span.StartsWith(kind))
        {
            throw FieldReader.Broken();
        }

        return new(part[HeaderBytes..]);
    }
}
