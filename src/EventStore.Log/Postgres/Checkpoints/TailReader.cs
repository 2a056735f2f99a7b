using EventStore.Log.Postgres.Reading;
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
    /// <param name="dataSource">The database.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="after">The sequence that the tail begins behind.</param>
    /// <param name="last">The sequence that it ends with.</param>
    /// <param name="memory">Takes what it is held in.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when it is too large, or there is no room for it now.</returns>
    public static async Task<DatasetTail?> ReadAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        long after,
        long last,
        MemoryLease memory,
        CancellationToken cancellationToken)
    {
        var tail = new DatasetTail();
        return after >= last
            || (last - after <= Limits.TailTransactions
                && await TryFillAsync(tail, dataSource, dataset, after, last, memory, cancellationToken))
                ? tail
                : null;
    }

    private static async Task<bool> TryFillAsync(
        DatasetTail tail,
        NpgsqlDataSource dataSource,
        Dataset dataset,
        long after,
        long last,
        MemoryLease memory,
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
            var patch = PackedText.Unpack(reader.GetFieldValue<byte[]>(2));
            tail.Add(reader.GetInt32(1), reader.GetInt64(0), patch);
            if (tail.Bytes > Limits.TailBytes
                || ++effects > Limits.TailEffects
                || !memory.TryGrow(patch.Length + Limits.TailEffectBytes))
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
