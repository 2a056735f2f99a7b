using EventStore.Log.Postgres.Copies;

namespace EventStore.Server.Backups.Format;

/// <summary>Collects transactions into a part. It links them anew as it goes, so a log that is damaged already does not
/// pass for a backup.</summary>
/// <param name="digest">The digest before the first transaction.</param>
/// <param name="documents">How many documents the log has touched before.</param>
internal sealed class LogPartWriter(ReadOnlyMemory<byte> digest, int documents)
{
    private readonly FieldWriter _part = new();
    private readonly List<LoggedTransaction> _block = [];
    private long _blockBytes;
    private long _first;
    private LoggedTransaction? _last;

    /// <summary>The digest of the last transaction.</summary>
    public ReadOnlyMemory<byte> Digest { get; private set; } = digest;

    /// <summary>How many documents the log has touched up to there.</summary>
    public int Documents { get; private set; } = documents;

    public bool IsEmpty => _last is null;

    public bool IsFull => _part.Length >= ServerLimits.BackupPartBytes;

    /// <exception cref="InvalidDataException">Its digest does not follow from its content and its
    /// predecessor.</exception>
    public void Add(LoggedTransaction transaction)
    {
        if (!transaction.ComputeDigest(Digest.Span).AsSpan().SequenceEqual(transaction.Digest.Span))
        {
            throw new InvalidDataException(
                $"The log is damaged: the digest of transaction {transaction.Header.Sequence} does not follow from its "
                + "content and its predecessor");
        }

        _first = IsEmpty ? transaction.Header.Sequence : _first;
        (_last, Digest) = (transaction, transaction.Digest);
        _block.Add(transaction);
        _blockBytes += transaction.Mutations.Length;
        foreach (var effect in transaction.Effects)
        {
            _blockBytes += effect.Effect.Apply.Length + effect.Effect.Revert.Length;
            Documents = Math.Max(Documents, effect.Document);
        }

        if (_blockBytes >= ServerLimits.BackupLogBlockBytes
            || _block.Count >= ServerLimits.BackupLogBlockTransactions)
        {
            FlushBlock();
        }
    }

    /// <summary>The part, and what it is; the key and the digest of the blob are set by whoever keeps it.</summary>
    public (ReadOnlyMemory<byte> Content, LogPart Part) Finish()
    {
        FlushBlock();
        var last = _last!.Header;
        return (_part.Written, new(
            string.Empty,
            _part.Length,
            string.Empty,
            _first,
            last.Sequence,
            Convert.ToHexStringLower(Digest.Span),
            last.Timestamp,
            Documents));
    }

    private void FlushBlock()
    {
        if (_block.Count == 0)
        {
            return;
        }

        if (_part.Length == 0)
        {
            _part.Raw(PartKind.Log);
        }

        _part.Bytes(LogBlock.Encode(_block).Span);
        _block.Clear();
        _blockBytes = 0;
    }
}
