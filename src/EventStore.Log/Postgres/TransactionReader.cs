using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Reads a dataset's log.</summary>
public sealed class TransactionReader(NpgsqlDataSource dataSource)
{
    private const string SelectHead = """
        select sequence, timestamp, digest, documents from eventstore.dataset_head where dataset = $1
        """;

    /// <summary>Written like <see cref="HeadLoader"/>'s, so that no other index is taken for this one.</summary>
    private const string SelectSequence = """
        select sequence from eventstore.transaction
        where hashtextextended(id, dataset) = hashtextextended($2, $1) and dataset + 0 = $1 and id = $2
        """;

    /// <summary>Timestamps never fall as sequences rise, so halving the log finds the last one in time.</summary>
    private const string SelectSequenceAt = """
        with recursive search (low, high) as (
            select 0::bigint, sequence from eventstore.dataset_head where dataset = $1
            union all
            select
                case when transaction.timestamp <= $2 then middle else low end,
                case when transaction.timestamp <= $2 then high else middle - 1 end
            from (select low, high, (low + high + 1) / 2 as middle from search where low < high) as half
            join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = half.middle
        )
        select low from search where low = high
        """;

    /// <summary>The end of the log: whatever it names is visible, and nothing after it is.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<LogHead> HeadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectHead, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2))
            {
                Documents = reader.GetInt32(3),
            }
            : throw new DatasetNotFoundException(dataset);
    }

    /// <summary>
    /// The place of a transaction, which is also that of a revision; null when there is none of that id.
    /// </summary>
    public async Task<long?> FindSequenceAsync(Dataset dataset, TransactionId id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectSequence, dataset, id.Value);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>
    /// The last transaction with a timestamp at or before a time; 0 when the time is before the first.
    /// </summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<long> FindSequenceAtAsync(
        Dataset dataset, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectSequenceAt, dataset, TransactionTime.Truncate(time));
        return (long?)await command.ExecuteScalarAsync(cancellationToken)
            ?? throw new DatasetNotFoundException(dataset);
    }

    /// <summary>
    /// Reads transactions in order of their sequence. The end is pinned when reading starts; between pages no
    /// connection and no database transaction is held.
    /// </summary>
    public async IAsyncEnumerable<TransactionRecord> ReadAsync(
        Dataset dataset, TransactionQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var replay = IsReplay(query) ? new DerivedContents(dataSource, dataset) : null;
        var remaining = query.Limit ?? long.MaxValue;
        long? end = null;
        while (remaining > 0 && query.FromSequence <= query.ToSequence)
        {
            var needed = query with { IncludeEffects = query.IncludeEffects || replay is not null };
            var most = query.Visible is null ? remaining : long.MaxValue;
            var page = DocumentPages.Serve(needed)
                ? await DocumentPages.ReadAsync(dataSource, dataset, needed, most, cancellationToken)
                : await TransactionPages.ReadAsync(
                    dataSource, dataset, needed, Math.Min(most, Limits.PageTransactions), cancellationToken);
            query = query with { ToSequence = Math.Min(query.ToSequence, end ??= page.Head) };

            // What was appended while the first page was read is behind the pinned end.
            var rows = page.Rows.FindAll(row => row.Sequence <= end);
            var screened = query.Screen is { } screen
                ? query with { Visible = (await screen(Mentioned(rows, query))).Contains }
                : query;
            await foreach (var transaction in DescribeAsync(dataset, screened, rows, replay, cancellationToken))
            {
                yield return transaction;
                if (--remaining == 0)
                {
                    yield break;
                }
            }

            if (page.IsLast || page.Rows.Count == 0)
            {
                yield break;
            }

            var last = page.Rows[^1].Sequence;
            query = query.Reverse
                ? query with { ToSequence = Math.Min(query.ToSequence, last - 1) }
                : query with { FromSequence = last + 1 };
        }
    }

    /// <summary>Whether every effect passes by in order, so that documents can be carried along.</summary>
    private static bool IsReplay(TransactionQuery query) =>
        query is { Documents: null, Authors: null, Reverse: false, Mutations: MutationDetail.Full };

    /// <summary>Finds the documents that mutations were derived from for a few transactions at a time.</summary>
    private async IAsyncEnumerable<TransactionRecord> DescribeAsync(
        Dataset dataset,
        TransactionQuery query,
        List<TransactionRow> page,
        DerivedContents? replay,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var include = IncludedDocuments(query);
        var start = 0;
        while (start < page.Count)
        {
            var rows = new List<TransactionRow>();
            var wanted = new List<(int Document, long Sequence)>();
            do
            {
                var row = page[start++];
                rows.Add(row);
                wanted.AddRange(query.Mutations == MutationDetail.Full ? DerivedContents.Of(row, include) : []);
            }
            while (start < page.Count && wanted.Count < Limits.ChainsPerRead);

            var contents = replay is null
                ? await RebuildAsync(dataset, wanted, cancellationToken)
                : await replay.ReadAsync(rows, cancellationToken);
            foreach (var row in rows.Where(row => IsVisible(row, query)))
            {
                yield return Describe(query, row, include, contents);
            }
        }
    }

    private async Task<Dictionary<(int Document, long Sequence), ReadOnlyMemory<byte>>> RebuildAsync(
        Dataset dataset, List<(int Document, long Sequence)> wanted, CancellationToken cancellationToken)
    {
        var states = await ChainReader.ReadAsync(dataSource, dataset, wanted, cancellationToken);
        return wanted.Zip(states).ToDictionary(pair => pair.First, pair => pair.Second!.Value.Content);
    }

    private static HashSet<DocumentId> Mentioned(List<TransactionRow> rows, TransactionQuery query)
    {
        var documents = new HashSet<DocumentId>();
        foreach (var row in rows)
        {
            documents.UnionWith(row.Effects.Select(effect => effect.DocumentId));
            if (query.Mutations != MutationDetail.None)
            {
                documents.UnionWith(RecordedMutations.Documents(row.UnpackMutations()));
            }
        }

        return documents;
    }

    /// <summary>Without mutations, which are not read then, a transaction is about what it changed.</summary>
    private static bool IsVisible(TransactionRow row, TransactionQuery query) =>
        query.Visible is not { } visible
        || row.Effects.Exists(effect => visible(effect.DocumentId))
        || (query.Mutations != MutationDetail.None
            && RecordedMutations.Documents(row.UnpackMutations()).Any(visible));

    private static Func<DocumentId, bool>? IncludedDocuments(TransactionQuery query)
    {
        if (query is not { OnlyIdentifiedDocuments: true, Documents: { } documents })
        {
            return query.Visible;
        }

        var identified = documents.ToHashSet();
        return query.Visible is { } visible ? id => identified.Contains(id) && visible(id) : identified.Contains;
    }

    private static TransactionRecord Describe(
        TransactionQuery query,
        TransactionRow row,
        Func<DocumentId, bool>? include,
        Dictionary<(int Document, long Sequence), ReadOnlyMemory<byte>> contents)
    {
        var mutations = query.Mutations switch
        {
            MutationDetail.None => default,
            MutationDetail.Identifiers => RecordedMutations.Identifiers(row.UnpackMutations(), include),
            _ => Expand(row, include, contents),
        };
        var effects = new List<Effect>(row.Effects.Count);
        foreach (var effect in row.Effects)
        {
            if (include?.Invoke(effect.DocumentId) ?? true)
            {
                effects.Add(query.IncludeEffects ? effect.Unpack() : new(effect.DocumentId, default, default));
            }
        }

        return new(row.Sequence, row.Id, row.Timestamp, row.Author, mutations, effects);
    }

    private static ReadOnlyMemory<byte> Expand(
        TransactionRow row,
        Func<DocumentId, bool>? include,
        Dictionary<(int Document, long Sequence), ReadOnlyMemory<byte>> contents)
    {
        var numbers = row.Effects.ToDictionary(effect => effect.DocumentId, effect => effect.Document);
        return RecordedMutations.Expand(row.UnpackMutations(), id => contents[(numbers[id], row.Sequence)], include);
    }
}
