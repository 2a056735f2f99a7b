using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Checkpoints;

/// <summary>Reads the log between two sequences, one patch an effect.</summary>
internal static class TailReader
{
    private const string SelectEffects = """
        select sequence, document, apply from eventstore.effect
        where dataset = $1 and sequence > $2 and sequence <= $3
        order by sequence
        """;

    private const string SelectRevisions = """
        select sequence, id from eventstore.transaction where dataset = $1 and sequence > $2 and sequence <= $3
        """;

    /// <summary>The tail behind one sequence up to another.</summary>
    /// <returns>
    /// Null when it is too large to be held in memory. What it has taken of <see cref="TailMemory"/>, its bytes, is the
    /// caller's to give back.
    /// </returns>
    public static async Task<DatasetTail?> ReadAsync(
        NpgsqlDataSource dataSource, Dataset dataset, long after, long last, CancellationToken cancellationToken)
    {
        var tail = new DatasetTail();
        if (after >= last)
        {
            return tail;
        }

        if (last - after > Limits.TailTransactions)
        {
            return null;
        }

        try
        {
            if (await TryFillAsync(tail, dataSource, dataset, after, last, cancellationToken))
            {
                return tail;
            }
        }
        catch
        {
            TailMemory.Release(tail.Bytes);
            throw;
        }

        TailMemory.Release(tail.Bytes);
        return null;
    }

    private static async Task<bool> TryFillAsync(
        DatasetTail tail,
        NpgsqlDataSource dataSource,
        Dataset dataset,
        long after,
        long last,
        CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(SelectEffects, dataset, after, last);
        batch.Add(SelectRevisions, dataset, after, last);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var effects = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var taken = tail.Bytes;
            tail.Add(reader.GetInt32(1), reader.GetInt64(0), PackedText.Unpack(reader.GetFieldValue<byte[]>(2)));
            var hasMemory = TailMemory.Take(tail.Bytes - taken);
            if (!hasMemory || tail.Bytes > Limits.TailBytes || ++effects > Limits.TailEffects)
            {
                batch.Cancel();
                return false;
            }
        }

        await reader.NextResultAsync(cancellationToken);
        var revisions = new Dictionary<long, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            revisions.Add(reader.GetInt64(0), reader.GetString(1));
        }

        tail.Seal(revisions);
        return true;
    }
}
