using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>
/// Compares every checkpoint with what is read at its sequence without it. The first is compared with the documents'
/// own chains and each other one with the one before it and the log since, so together they are proved by the log.
/// </summary>
internal sealed class CheckpointVerifier(NpgsqlDataSource dataSource)
{
    private readonly CheckpointStore _store = new(dataSource);
    private readonly DatasetReader _documents = new(dataSource);

    /// <summary>The first difference; null when there is none.</summary>
    public async Task<VerificationDifference?> CompareAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        for (var last = long.MaxValue; await _store.FindAsync(dataset, last, cancellationToken) is { } checkpoint;)
        {
            last = checkpoint.Sequence - 1;
            if (!await IsTrueAsync(dataset, checkpoint, cancellationToken)
                && await _store.FindAsync(dataset, checkpoint.Sequence, cancellationToken) == checkpoint)
            {
                return new(checkpoint.Sequence, null, "The checkpoint differs from the log");
            }
        }

        return null;
    }

    private async Task<bool> IsTrueAsync(Dataset dataset, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var stored = new LineCursor(_documents.ReadAsync(dataset, checkpoint, cancellationToken));
        await using var expected = new LineCursor(
            _documents.ReadWithoutAsync(dataset, checkpoint, cancellationToken));
        try
        {
            while (true)
            {
                var (one, other) = (await stored.NextAsync(), await expected.NextAsync());
                if (one is null || other is null)
                {
                    return one is null && other is null;
                }

                if (!one.Value.Span.SequenceEqual(other.Value.Span))
                {
                    return false;
                }
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
