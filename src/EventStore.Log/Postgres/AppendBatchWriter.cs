using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Writes a sealed batch: ground state and inline projections, in one round trip.</summary>
internal static class AppendBatchWriter
{
    private const string InsertDocuments = """
        insert into eventstore.document (dataset, number, id)
        select $1, new.number, new.id from unnest($2::integer[], $3::text[]) as new (number, id)
        """;

    private const string InsertTransactions = """
        insert into eventstore.transaction
            (dataset, sequence, timestamp, id, author, mutations, mutations_digest, digest)
        select $1, new.*
        from unnest(
            $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) as new
        """;

    private const string InsertEffects = """
        insert into eventstore.effect (dataset, sequence, document, apply, revert)
        select $1, new.* from unnest($2::bigint[], $3::integer[], $4::bytea[], $5::bytea[]) as new
        """;

    private const string InsertKeyframes = """
        insert into eventstore.keyframe (dataset, sequence, document, content)
        select $1, new.* from unnest($2::bigint[], $3::integer[], $4::bytea[]) as new
        """;

    private const string UpsertHeads = """
        insert into eventstore.head (dataset, document, sequence, chain_bytes, deleted, revision, content)
        select $1, new.*
        from unnest($2::integer[], $3::bigint[], $4::integer[], $5::boolean[], $6::text[], $7::bytea[]) as new
        on conflict (dataset, document) do update set
            sequence = excluded.sequence,
            chain_bytes = excluded.chain_bytes,
            deleted = excluded.deleted,
            revision = excluded.revision,
            content = excluded.content
        """;

    private const string DeleteReferences = """
        delete from eventstore.reference where dataset = $1 and source = any($2)
        """;

    private const string InsertReferences = """
        insert into eventstore.reference (dataset, source, target)
        select $1, new.* from unnest($2::integer[], $3::text[]) as new
        """;

    private const string MoveHead = """
        update eventstore.dataset_head set sequence = $2, timestamp = $3, digest = $4, documents = $5 where dataset = $1
        """;

    public static async Task WriteAsync(NpgsqlConnection connection, Dataset dataset, AppendBatch batch)
    {
        await using var commands = new NpgsqlBatch(connection) { Timeout = Limits.AppendTimeoutSeconds };
        AddDocuments(commands, dataset, batch);
        AddTransactions(commands, dataset, batch);
        AddEffects(commands, dataset, batch);
        AddHeads(commands, dataset, batch);
        AddReferences(commands, dataset, batch);
        commands.Add(
            MoveHead,
            dataset,
            batch.Head.Sequence,
            batch.Head.Timestamp,
            batch.Head.Digest.ToArray(),
            batch.Documents);
        await commands.ExecuteNonQueryAsync();
    }

    private static void AddDocuments(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var created = batch.Changed.Where(pair => pair.Value.Number >= batch.FirstNewDocument).ToList();
        if (created.Count > 0)
        {
            commands.Add(
                InsertDocuments,
                dataset,
                created.Select(pair => pair.Value.Number).ToArray(),
                created.Select(pair => pair.Key.Value).ToArray());
        }
    }

    private static void AddTransactions(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var transactions = batch.Transactions;
        commands.Add(
            InsertTransactions,
            dataset,
            transactions.Select(transaction => transaction.Header.Sequence).ToArray(),
            transactions.Select(transaction => transaction.Header.Timestamp).ToArray(),
            transactions.Select(transaction => transaction.Header.Id.Value).ToArray(),
            transactions.Select(transaction => transaction.Header.Author).ToArray(),
            transactions.Select(transaction => transaction.PackedMutations).ToArray(),
            transactions.Select(transaction => transaction.Prepared.MutationsDigest).ToArray(),
            transactions.Select(transaction => transaction.Digest).ToArray());
    }

    private static void AddEffects(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
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

        commands.Add(
            InsertEffects,
            dataset,
            effects.Select(row => row.Sequence).ToArray(),
            effects.Select(row => row.Effect.Document).ToArray(),
            effects.Select(row => row.Effect.PackedApply).ToArray(),
            effects.Select(row => row.Effect.PackedRevert).ToArray());

        var keyframes = effects.Where(row => row.Effect.StartsChain).ToList();
        if (keyframes.Count > 0)
        {
            commands.Add(
                InsertKeyframes,
                dataset,
                keyframes.Select(row => row.Sequence).ToArray(),
                keyframes.Select(row => row.Effect.Document).ToArray(),
                keyframes.Select(row => PackedOrNull(row.Effect.Keyframe)).ToArray());
        }
    }

    private static void AddHeads(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
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
            commands.Add(
                UpsertHeads,
                dataset,
                heads.Select(pair => pair.Value.Number).ToArray(),
                heads.Select(pair => sequences[pair.Key]).ToArray(),
                heads.Select(pair => pair.Value.ChainBytes).ToArray(),
                heads.Select(pair => pair.Value.Document.Content.IsEmpty).ToArray(),
                heads.Select(pair => pair.Value.Document.Revision!).ToArray(),
                heads.Select(pair => PackedOrNull(pair.Value.Document.Content)).ToArray());
        }
    }

    /// <summary>Written only for documents whose references the batch changed, which most edits do not.</summary>
    private static void AddReferences(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var first = new Dictionary<DocumentId, ReadOnlyMemory<byte>>();
        foreach (var change in batch.Transactions.SelectMany(transaction => transaction.Changed))
        {
            first.TryAdd(change.Id, change.Before.Content);
        }

        var changed = new List<int>();
        var sources = new List<int>();
        var targets = new List<string>();
        foreach (var (id, head) in batch.Changed)
        {
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
            commands.Add(DeleteReferences, dataset, changed.ToArray());
            commands.Add(InsertReferences, dataset, sources.ToArray(), targets.ToArray());
        }
    }

    private static byte[]? PackedOrNull(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? null : PackedText.Pack(content.Span);
}
