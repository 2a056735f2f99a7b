using EventStore.Log.Postgres.Copies;

namespace EventStore.Server.Backups.Format;

/// <summary>Reads the transactions of a part, a block at a time.</summary>
internal static class LogPartReader
{
    /// <param name="content">The part, its digest compared already.</param>
    /// <param name="part">What the manifest says of it.</param>
    /// <param name="previous">The digest before its first transaction.</param>
    /// <exception cref="BackupDamagedException">It is not that part, or does not follow from what is before
    /// it.</exception>
    public static IEnumerable<LoggedTransaction> Read(
        ReadOnlyMemory<byte> content, LogPart part, ReadOnlyMemory<byte> previous)
    {
        var reader = PartKind.Open(content, PartKind.Log);
        var next = part.From;
        var timestamp = default(DateTimeOffset);
        while (!reader.IsAtEnd)
        {
            foreach (var transaction in LogBlock.Decode(reader.Bytes(), next, previous))
            {
                yield return transaction;
                next++;
                (previous, timestamp) = (transaction.Digest, transaction.Header.Timestamp);
            }
        }

        if (next != part.To + 1
            || timestamp != part.LastTimestamp
            || !Convert.FromHexString(part.Digest).AsSpan().SequenceEqual(previous.Span))
        {
            throw new BackupDamagedException(
                $"The transactions {part.From} to {part.To} do not lead to the digest that the manifest names");
        }
    }
}
