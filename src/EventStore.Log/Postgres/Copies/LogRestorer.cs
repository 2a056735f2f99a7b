using EventStore.Log.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace EventStore.Log.Postgres.Copies;

/// <summary>
/// Puts a log that was kept elsewhere into an empty dataset, a portion at a time, each in the open transaction of the
/// caller's connection. Ids, timestamps, authors, order and digests are those of the log; what is derived of it is made
/// afterwards.
/// </summary>
public static class LogRestorer
{
    private const string CopyTransactions = """
        copy eventstore.transaction (sequence, timestamp, dataset, id, author, mutations, mutations_digest, digest)
        from stdin (format binary)
        """;

    private const string CopyEffects = """
        copy eventstore.effect (sequence, dataset, document, apply, revert) from stdin (format binary)
        """;

    private const string CopyDocuments = """
        copy eventstore.document (dataset, number, id) from stdin (format binary)
        """;

    /// <summary>Writes transactions that follow upon those that were written.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="target">The dataset.</param>
    /// <param name="transactions">In order.</param>
    /// <param name="documents">The last number of a document so far: greater ones are new, and dense.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The last number of a document.</returns>
    public static async Task<int> WriteAsync(
        NpgsqlConnection connection,
        Dataset target,
        IReadOnlyList<LoggedTransaction> transactions,
        int documents,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(transactions);
        await WriteTransactionsAsync(connection, target, transactions, cancellationToken);
        await WriteEffectsAsync(connection, target, transactions, cancellationToken);
        var found = transactions.SelectMany(transaction => transaction.Effects)
            .Where(effect => effect.Document > documents)
            .DistinctBy(effect => effect.Document)
            .ToList();
        await using var copy = await connection.BeginBinaryImportAsync(CopyDocuments, cancellationToken);
        foreach (var (document, effect) in found)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(target.Number, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(document, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(effect.DocumentId.Value, NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
        return documents + found.Count;
    }

    private static async Task WriteTransactionsAsync(
        NpgsqlConnection connection,
        Dataset target,
        IReadOnlyList<LoggedTransaction> transactions,
        CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyTransactions, cancellationToken);
        foreach (var transaction in transactions)
        {
            var header = transaction.Header;
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(header.Sequence, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(header.Timestamp, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(target.Number, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(header.Id.Value, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(header.Author, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(copy, PackedText.Pack(transaction.Mutations.Span), cancellationToken);
            await WriteAsync(copy, transaction.MutationsDigest.ToArray(), cancellationToken);
            await WriteAsync(copy, transaction.Digest.ToArray(), cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task WriteEffectsAsync(
        NpgsqlConnection connection,
        Dataset target,
        IReadOnlyList<LoggedTransaction> transactions,
        CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyEffects, cancellationToken);
        foreach (var transaction in transactions)
        {
            foreach (var (document, effect) in transaction.Effects)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(transaction.Header.Sequence, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(target.Number, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(document, NpgsqlDbType.Integer, cancellationToken);
                await WriteAsync(copy, PackedText.Pack(effect.Apply.Span), cancellationToken);
                await WriteAsync(copy, PackedText.Pack(effect.Revert.Span, effect.Apply.Span), cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, byte[] bytes, CancellationToken cancellationToken) =>
        copy.WriteAsync(bytes, NpgsqlDbType.Bytea, cancellationToken);
}
