using System.Runtime.CompilerServices;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Copies;

/// <summary>
/// Reads a log as it is stored, for those who keep it elsewhere: the compact mutations, both digests and the numbers of
/// documents come along, which no other reader shows.
/// </summary>
public sealed class StoredLogReader(NpgsqlDataSource dataSource)
{
    private const string SelectEnd = """
        select head.sequence, transaction.id
        from eventstore.dataset_head head
        left join eventstore.transaction
            on transaction.dataset = head.dataset and transaction.sequence = head.sequence
        where head.dataset = $1
        """;

    private const string CountChanged = """
        select count(distinct document) from eventstore.effect
        where dataset = $1 and sequence > $2 and sequence <= $3
        """;

    /// <summary>Where the log ends: the sequence, 0 when it is empty, and the id of that transaction.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<(long Sequence, string? Revision)> EndAsync(
        Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1))
            : throw new DatasetNotFoundException(dataset);
    }

    /// <summary>How many documents the transactions behind one sequence up to another touched.</summary>
    public async Task<long> CountChangedAsync(
        Dataset dataset, long after, long last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(CountChanged, dataset, after, last);
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The transactions behind one sequence up to another, in order. No connection is held while the caller is
    /// busy.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    /// <exception cref="InvalidDataException">A transaction is missing or damaged.</exception>
    public async IAsyncEnumerable<LoggedTransaction> ReadAsync(
        Dataset dataset, long after, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (after < last)
        {
            var query = new TransactionQuery
            {
                FromSequence = after + 1,
                ToSequence = last,
                Mutations = MutationDetail.Identifiers,
                IncludeEffects = true,
            };
            var page = await TransactionPages.ReadAsync(
                dataSource, dataset, query, Limits.PageTransactions, cancellationToken);
            if (page.Rows.Count == 0)
            {
                throw new InvalidDataException($"Transaction {after + 1} is missing");
            }

            foreach (var row in page.Rows)
            {
                if (row.Sequence != ++after)
                {
                    throw new InvalidDataException($"Transaction {after} is missing");
                }

                yield return Unpack(row);
            }
        }
    }

    private static LoggedTransaction Unpack(TransactionRow row) => new(
        new(row.Sequence, row.Id, row.Timestamp, row.Author),
        row.UnpackMutations(),
        row.MutationsDigest,
        row.Digest,
        row.Effects.ConvertAll(effect => new LoggedEffect(effect.Document, effect.Unpack())));
}
