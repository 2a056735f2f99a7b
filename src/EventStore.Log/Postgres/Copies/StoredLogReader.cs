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
