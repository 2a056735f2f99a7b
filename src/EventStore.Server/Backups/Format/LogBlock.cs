using EventStore.Log.Documents;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Transactions;

namespace EventStore.Server.Backups.Format;

/// <summary>
/// Some transactions in a row: the digests of their mutations as they are, since nothing compresses them, and then,
/// compressed together, everything else. A block names the documents that it touches with their numbers, so it can be
/// read, and its links in the hash chain recomputed, without any other one but for the digest before it.
/// </summary>
/// <remarks>
/// The digests of transactions are left out: they follow from the content. Whoever reads recomputes them, and compares
/// the last one with what the manifest says, so what comes out of a block is the log or nothing.
/// </remarks>
internal static class LogBlock
{
    /// <summary>Writes a block, which must not be empty.</summary>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<LoggedTransaction> transactions)
    {
        var plain = new FieldWriter();
        var documents = IndexDocuments(transactions, plain);
        var authors = IndexAuthors(transactions, plain);
        var time = 0L;
        foreach (var transaction in transactions)
        {
            var microseconds = Microseconds(transaction.Header.Timestamp);
            plain.Number(microseconds - time);
            time = microseconds;
            plain.Number(authors[transaction.Header.Author]);
            plain.Number(transaction.Mutations.Length);
            plain.Number(transaction.Effects.Count);
            foreach (var effect in transaction.Effects)
            {
                plain.Number(documents[effect.Document]);
                plain.Number(effect.Effect.Apply.Length);
                plain.Number(effect.Effect.Revert.Length);
            }
        }

        foreach (var transaction in transactions)
        {
            plain.Text(transaction.Header.Id.Value);
        }

        foreach (var transaction in transactions)
        {
            plain.Raw(transaction.Mutations.Span);
            foreach (var effect in transaction.Effects)
            {
                plain.Raw(effect.Effect.Apply.Span);
                plain.Raw(effect.Effect.Revert.Span);
            }
        }

        var block = new FieldWriter();
        block.Number(transactions[0].Header.Sequence);
        block.Number(transactions.Count);
        foreach (var transaction in transactions)
        {
            block.Raw(transaction.MutationsDigest.Span);
        }

        block.Raw(CompressedBlock.Encode(plain.Written.Span).Span);
        return block.Written;
    }

    /// <summary>Reads a block back.</summary>
    /// <param name="block">What <see cref="Encode"/> returned.</param>
    /// <param name="sequence">The sequence that it must begin with.</param>
    /// <param name="previous">The digest of the transaction before.</param>
    /// <exception cref="BackupDamagedException">It is no such block.</exception>
    public static IReadOnlyList<LoggedTransaction> Decode(
        ReadOnlyMemory<byte> block, long sequence, ReadOnlyMemory<byte> previous)
    {
        var outer = new FieldReader(block);
        if (outer.Number() != sequence)
        {
            throw new BackupDamagedException($"The log goes on elsewhere than with transaction {sequence}");
        }

        var count = outer.Count();
        var digests = outer.Raw((long)count * TransactionDigest.Length);
        var plain = CompressedBlock.Decode(block[outer.Position..]);
        try
        {
            return Decode(new FieldReader(plain), sequence, digests, previous, count);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw FieldReader.Broken();
        }
    }

    private static List<LoggedTransaction> Decode(
        FieldReader reader, long sequence, ReadOnlyMemory<byte> digests, ReadOnlyMemory<byte> previous, int count)
    {
        var documents = ReadDocuments(reader);
        var authors = ReadAuthors(reader);
        var shapes = new List<Shape>(count);
        var time = 0L;
        for (var index = 0; index < count; index++)
        {
            time = checked(time + reader.Number());
            var shape = new Shape(time, authors[reader.Index(authors.Length)], reader.Number(), []);
            var effects = reader.Count();
            for (var effect = 0; effect < effects; effect++)
            {
                shape.Effects.Add((reader.Index(documents.Length), reader.Number(), reader.Number()));
            }

            shapes.Add(shape);
        }

        var ids = shapes.ConvertAll(_ => TransactionId.Parse(reader.Text()));
        var transactions = new List<LoggedTransaction>(count);
        for (var index = 0; index < count; index++)
        {
            var shape = shapes[index];
            var timestamp = new DateTimeOffset(checked(shape.Time * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
            var read = new LoggedTransaction(
                new(sequence + index, ids[index], timestamp, shape.Author),
                reader.Raw(shape.MutationBytes),
                digests.Slice(index * TransactionDigest.Length, TransactionDigest.Length),
                default,
                shape.Effects.ConvertAll(effect => new LoggedEffect(
                    documents[effect.Document].Number,
                    new(documents[effect.Document].Id, reader.Raw(effect.Apply), reader.Raw(effect.Revert)))));
            previous = read.ComputeDigest(previous.Span);
            transactions.Add(read with { Digest = previous });
        }

        reader.RequireEnd();
        return transactions;
    }

    private static Dictionary<int, int> IndexDocuments(
        IReadOnlyList<LoggedTransaction> transactions, FieldWriter plain)
    {
        var ids = new SortedDictionary<int, DocumentId>();
        foreach (var effect in transactions.SelectMany(transaction => transaction.Effects))
        {
            ids.TryAdd(effect.Document, effect.Effect.DocumentId);
        }

        plain.Number(ids.Count);
        var indexes = new Dictionary<int, int>(ids.Count);
        var last = 0;
        foreach (var (number, id) in ids)
        {
            indexes.Add(number, indexes.Count);
            plain.Number(number - last);
            plain.Text(id.Value);
            last = number;
        }

        return indexes;
    }

    private static (int Number, DocumentId Id)[] ReadDocuments(FieldReader reader)
    {
        var documents = new (int, DocumentId)[reader.Count()];
        var number = 0;
        for (var index = 0; index < documents.Length; index++)
        {
            number = checked(number + (int)reader.Number());
            documents[index] = (number, DocumentId.Parse(reader.Text()));
        }

        return documents;
    }

    private static Dictionary<string, int> IndexAuthors(
        IReadOnlyList<LoggedTransaction> transactions, FieldWriter plain)
    {
        var authors = transactions.Select(transaction => transaction.Header.Author).Distinct().ToList();
        plain.Number(authors.Count);
        authors.ForEach(plain.Text);
        return authors.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    }

    private static string[] ReadAuthors(FieldReader reader)
    {
        var authors = new string[reader.Count()];
        for (var index = 0; index < authors.Length; index++)
        {
            authors[index] = reader.Text();
        }

        return authors;
    }

    /// <summary>Since the year 1: timestamps never fall, so no difference is negative.</summary>
    private static long Microseconds(DateTimeOffset timestamp) => timestamp.UtcTicks / TimeSpan.TicksPerMicrosecond;

    private sealed record Shape(
        long Time, string Author, long MutationBytes, List<(int Document, long Apply, long Revert)> Effects);
}
