using System.Globalization;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Writes a sealed batch: ground state and inline projections, in one statement, which moves the end of the log from
/// where the batch stands on. When another process has moved it before, that finds nothing to do, and neither does
/// anything that hangs on it.
/// </summary>
/// <remarks>
/// One statement rather than one for each table: to begin, run and end each takes the database longer than the few rows
/// that most batches have. Its parts do not see each other's rows, and need not.
/// </remarks>
internal static class AppendBatchWriter
{
    /// <summary>Waits for whoever is committing, then looks where the log ends.</summary>
    private const string MoveHead = """
        with moved as (
            update eventstore.dataset_head set sequence = $2, timestamp = $3, digest = $4, documents = $5
            where dataset = $1 and sequence = $6 and generation = $7
            returning dataset)
        """;

    private const string InsertDocuments = """
        , new_document as (
            insert into eventstore.document (dataset, number, id)
            select moved.dataset, new.* from moved, unnest({0}::integer[], {1}::text[]) as new)
        """;

    private const string InsertEffects = """
        , new_effect as (
            insert into eventstore.effect (dataset, sequence, document, apply, revert)
            select moved.dataset, new.*
            from moved, unnest({0}::bigint[], {1}::integer[], {2}::bytea[], {3}::bytea[]) as new)
        """;

    private const string InsertKeyframes = """
        , new_keyframe as (
            insert into eventstore.keyframe (dataset, sequence, document, content)
            select moved.dataset, new.* from moved, unnest({0}::bigint[], {1}::integer[], {2}::bytea[]) as new)
        """;

    private const string UpsertHeads = """
        , new_head as (
            insert into eventstore.head (dataset, document, sequence, chain_bytes, deleted, revision, content)
            select moved.dataset, new.*
            from moved, unnest(
                {0}::integer[], {1}::bigint[], {2}::integer[], {3}::boolean[], {4}::text[], {5}::bytea[]) as new
            on conflict (dataset, document) do update set
                sequence = excluded.sequence,
                chain_bytes = excluded.chain_bytes,
                deleted = excluded.deleted,
                revision = excluded.revision,
                content = excluded.content)
        """;

    /// <summary>Comes last, since its rows tell whether the end was moved: every batch has transactions.</summary>
    private const string InsertTransactions = """
        insert into eventstore.transaction
            (dataset, sequence, timestamp, id, author, mutations, mutations_digest, digest)
        select moved.dataset, new.*
        from moved, unnest(
            {0}::bigint[], {1}::timestamptz[], {2}::text[], {3}::text[], {4}::bytea[], {5}::bytea[], {6}::bytea[])
            as new
        """;

    /// <summary>Statements of their own, since the rows that come may be equal to those that go.</summary>
    private const string DeleteReferences =
        "delete from eventstore.reference where dataset = $1 and source = any($4) and " + Moved;

    private const string InsertReferences = """
        insert into eventstore.reference (dataset, source, target)
        select $1, new.* from unnest($4::integer[], $5::text[]) as new
        where 
        """ + Moved;

    /// <summary>Whether the end was moved by this batch: $2 is its last sequence, $3 the digest.</summary>
    private const string Moved = """
        exists (select from eventstore.dataset_head where dataset = $1 and sequence = $2 and digest = $3)
        """;

    /// <summary>Writes the batch; outside a database transaction it becomes one of its own.</summary>
    /// <returns>False when nothing was written, because the log does not end where the batch begins.</returns>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, Dataset dataset, AppendBatch batch, Fence? fence)
    {
        await using var commands = new NpgsqlBatch(connection) { Timeout = Limits.AppendTimeoutSeconds };
        var statement = new JoinedStatement(
            MoveHead,
            batch.Head.Sequence,
            batch.Head.Timestamp,
            batch.Head.Digest.ToArray(),
            batch.Documents,
            batch.Start.Sequence,
            batch.Start.Generation);
        AddDocuments(statement, batch);
        AddEffects(statement, batch);
        AddHeads(statement, batch);
        AddTransactions(statement, batch);
        statement.AddTo(commands, dataset);
        AddReferences(commands, dataset, batch);
        if (fence is { } held)
        {
            commands.BatchCommands.Add(held.CreateCommand());
        }

        await commands.ExecuteNonQueryAsync();
        return (int)commands.BatchCommands[0].RecordsAffected == batch.Transactions.Count;
    }

    private static void AddDocuments(JoinedStatement statement, AppendBatch batch)
    {
        var created = batch.Changed.Where(pair => pair.Value.Number >= batch.FirstNewDocument).ToList();
        if (created.Count > 0)
        {
            statement.Add(
                InsertDocuments,
                created.Select(pair => pair.Value.Number).ToArray(),
                created.Select(pair => pair.Key.Value).ToArray());
        }
    }

    private static void AddTransactions(JoinedStatement statement, AppendBatch batch)
    {
        var transactions = batch.Transactions;
        statement.Add(
            InsertTransactions,
            transactions.Select(transaction => transaction.Header.Sequence).ToArray(),
            transactions.Select(transaction => transaction.Header.Timestamp).ToArray(),
            transactions.Select(transaction => transaction.Header.Id.Value).ToArray(),
            transactions.Select(transaction => transaction.Header.Author).ToArray(),
            transactions.Select(transaction => transaction.PackedMutations).ToArray(),
            transactions.Select(transaction => transaction.Prepared.MutationsDigest).ToArray(),
            transactions.Select(transaction => transaction.Digest).ToArray());
    }

    private static void AddEffects(JoinedStatement statement, AppendBatch batch)
    {
        var effects = batch.Transactions
            .SelectMany(
                transaction => transaction.Effects,
                (transaction, effect) => (transaction.Header.Sequence, Effect: effect))
            .ToList();
        if (effects.Count == 0)
        {
            return;
        }

        statement.Add(
            InsertEffects,
            effects.Select(row => row.Sequence).ToArray(),
            effects.Select(row => row.Effect.Document).ToArray(),
            effects.Select(row => row.Effect.PackedApply).ToArray(),
            effects.Select(row => row.Effect.PackedRevert).ToArray());

        var keyframes = effects.Where(row => row.Effect.StartsChain).ToList();
        if (keyframes.Count > 0)
        {
            statement.Add(
                InsertKeyframes,
                keyframes.Select(row => row.Sequence).ToArray(),
                keyframes.Select(row => row.Effect.Document).ToArray(),
                keyframes.Select(row => PackedOrNull(row.Effect.Keyframe)).ToArray());
        }
    }

    private static void AddHeads(JoinedStatement statement, AppendBatch batch)
    {
        var sequences = new Dictionary<DocumentId, long>();
        foreach (var transaction in batch.Transactions)
        {
            foreach (var effect in transaction.Effects)
            {
                sequences[effect.Change.Id] = transaction.Header.Sequence;
            }
        }

        var heads = batch.Changed.ToList();
        if (heads.Count > 0)
        {
            statement.Add(
                UpsertHeads,
                heads.Select(pair => pair.Value.Number).ToArray(),
                heads.Select(pair => sequences[pair.Key]).ToArray(),
                heads.Select(pair => pair.Value.ChainBytes).ToArray(),
                heads.Select(pair => pair.Value.Document.Content.IsEmpty).ToArray(),
                heads.Select(pair => pair.Value.Document.Revision!).ToArray(),
                heads
                    .Select(pair => pair.Value.IsSettled ? PackedOrNull(pair.Value.Document.Content) : null)
                    .ToArray());
        }
    }

    /// <summary>Written only for documents whose references the batch changed, which most edits do not.</summary>
    private static void AddReferences(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var first = new Dictionary<DocumentId, ReadOnlyMemory<byte>>();
        var mayRefer = new HashSet<DocumentId>();
        foreach (var effect in batch.Transactions.SelectMany(transaction => transaction.Effects))
        {
            first.TryAdd(effect.Change.Id, effect.Change.Before.Content);
            if (effect.MayRefer)
            {
                mayRefer.Add(effect.Change.Id);
            }
        }

        var changed = new List<int>();
        var sources = new List<int>();
        var targets = new List<string>();
        foreach (var id in mayRefer)
        {
            var head = batch.Changed[id];
            var before = DocumentReferences.StrongTargets(first[id].Span);
            var after = DocumentReferences.StrongTargets(head.Document.Content.Span);
            if (before.Order(StringComparer.Ordinal).SequenceEqual(after.Order(StringComparer.Ordinal)))
            {
                continue;
            }

            changed.Add(head.Number);
            sources.AddRange(Enumerable.Repeat(head.Number, after.Count));
            targets.AddRange(after);
        }

        if (changed.Count > 0)
        {
            var (end, digest) = (batch.Head.Sequence, batch.Head.Digest.ToArray());
            commands.Add(DeleteReferences, dataset, end, digest, changed.ToArray());
            commands.Add(InsertReferences, dataset, end, digest, sources.ToArray(), targets.ToArray());
        }
    }

    private static byte[]? PackedOrNull(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? null : PackedText.Pack(content.Span);

    /// <summary>A statement put together from parts, each with parameters of its own.</summary>
    private sealed class JoinedStatement(string first, params List<object> parameters)
    {
        private readonly StringBuilder _text = new(first, 2048);

        public void Add(string part, params object[] more)
        {
            // The dataset is the first of all parameters.
            var numbers = Enumerable.Range(parameters.Count + 2, more.Length).Select(number => (object)$"${number}");
            _text.AppendFormat(CultureInfo.InvariantCulture, part, [.. numbers]);
            parameters.AddRange(more);
        }

        public void AddTo(NpgsqlBatch commands, Dataset dataset) => commands.Add(_text.ToString(), dataset, parameters);
    }
}
