using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Writes a sealed batch: ground state and inline projections, in one round trip. Its first statement moves the end of
/// the log from where the batch stands on; when another process has moved it before, that statement finds nothing to
/// do, and neither does any after it.
/// </summary>
internal static class AppendBatchWriter
{
    /// <summary>Waits for whoever is committing, then looks where the log ends.</summary>
    private const string MoveHead = """
        update eventstore.dataset_head set sequence = $2, timestamp = $3, digest = $4, documents = $5
        where dataset = $1 and sequence = $6 and generation = $7
        """;

    /// <summary>Whether the end was moved by this batch. In every statement: $2 is the last sequence.</summary>
    private const string Moved = """
        exists (select from eventstore.dataset_head where dataset = $1 and sequence = $2 and digest = $3)
        """;

    private const string InsertDocuments = """
        insert into eventstore.document (dataset, number, id)
        select $1, new.number, new.id from unnest($4::integer[], $5::text[]) as new (number, id)
        where 
        """ + Moved;

    private const string InsertTransactions = """
        insert into eventstore.transaction
            (dataset, sequence, timestamp, id, author, mutations, mutations_digest, digest)
        select $1, new.*
        from unnest(
            $4::bigint[], $5::timestamptz[], $6::text[], $7::text[], $8::bytea[], $9::bytea[], $10::bytea[]) as new
        where 
        """ + Moved;

    private const string InsertEffects = """
        insert into eventstore.effect (dataset, sequence, document, apply, revert)
        select $1, new.* from unnest($4::bigint[], $5::integer[], $6::bytea[], $7::bytea[]) as new
        where 
        """ + Moved;

    private const string InsertKeyframes = """
        insert into eventstore.keyframe (dataset, sequence, document, content)
        select $1, new.* from unnest($4::bigint[], $5::integer[], $6::bytea[]) as new
        where 
        """ + Moved;

    private const string UpsertHeads = """
        insert into eventstore.head (dataset, document, sequence, chain_bytes, deleted, revision, content)
        select $1, new.*
        from unnest($4::integer[], $5::bigint[], $6::integer[], $7::boolean[], $8::text[], $9::bytea[]) as new
        where 
        """ + Moved + """
         on conflict (dataset, document) do update set
            sequence = excluded.sequence,
            chain_bytes = excluded.chain_bytes,
            deleted = excluded.deleted,
            revision = excluded.revision,
            content = excluded.content
        """;

    private const string DeleteReferences = """
        delete from eventstore.reference where dataset = $1 and source = any($4) and 
        """ + Moved;

    private const string InsertReferences = """
        insert into eventstore.reference (dataset, source, target)
        select $1, new.* from unnest($4::integer[], $5::text[]) as new
        where 
        """ + Moved;

    /// <summary>Writes the batch; outside a database transaction it becomes one of its own.</summary>
    /// <returns>False when nothing was written, because the log does not end where the batch begins.</returns>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, Dataset dataset, AppendBatch batch, Fence? fence)
    {
        await using var commands = new NpgsqlBatch(connection) { Timeout = Limits.AppendTimeoutSeconds };
        commands.Add(
            MoveHead,
            dataset,
            batch.Head.Sequence,
            batch.Head.Timestamp,
            batch.Head.Digest.ToArray(),
            batch.Documents,
            batch.Start.Sequence,
            batch.Start.Generation);
        AddDocuments(commands, dataset, batch);
        AddTransactions(commands, dataset, batch);
        AddEffects(commands, dataset, batch);
        AddHeads(commands, dataset, batch);
        AddReferences(commands, dataset, batch);
        if (fence is { } held)
        {
            commands.BatchCommands.Add(held.CreateCommand());
        }

        await commands.ExecuteNonQueryAsync();
        return commands.BatchCommands[0].RecordsAffected == 1;
    }

    private static void AddGuarded(
        NpgsqlBatch commands, string sql, Dataset dataset, AppendBatch batch, params List<object> parameters)
    {
        parameters.Insert(0, batch.Head.Sequence);
        parameters.Insert(1, batch.Head.Digest.ToArray());
        commands.Add(sql, dataset, parameters);
    }

    private static void AddDocuments(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var created = batch.Changed.Where(pair => pair.Value.Number >= batch.FirstNewDocument).ToList();
        if (created.Count > 0)
        {
            AddGuarded(
                commands,
                InsertDocuments,
                dataset,
                batch,
                created.Select(pair => pair.Value.Number).ToArray(),
                created.Select(pair => pair.Key.Value).ToArray());
        }
    }

    private static void AddTransactions(NpgsqlBatch commands, Dataset dataset, AppendBatch batch)
    {
        var transactions = batch.Transactions;
        AddGuarded(
            commands,
            InsertTransactions,
            dataset,
            batch,
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

        AddGuarded(
            commands,
            InsertEffects,
            dataset,
            batch,
            effects.Select(row => row.Sequence).ToArray(),
            effects.Select(row => row.Effect.Document).ToArray(),
            effects.Select(row => row.Effect.PackedApply).ToArray(),
            effects.Select(row => row.Effect.PackedRevert).ToArray());

        var keyframes = effects.Where(row => row.Effect.StartsChain).ToList();
        if (keyframes.Count > 0)
        {
            AddGuarded(
                commands,
                InsertKeyframes,
                dataset,
                batch,
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
            AddGuarded(
                commands,
                UpsertHeads,
                dataset,
                batch,
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
            AddGuarded(commands, DeleteReferences, dataset, batch, changed.ToArray());
            AddGuarded(commands, InsertReferences, dataset, batch, sources.ToArray(), targets.ToArray());
        }
    }

    private static byte[]? PackedOrNull(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? null : PackedText.Pack(content.Span);
}
