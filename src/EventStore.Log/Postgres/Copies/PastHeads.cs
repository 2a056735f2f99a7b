using EventStore.Log.Documents;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Copies;

/// <summary>
/// Makes the heads and references of a copied log that could not be copied, because the source has moved on since the
/// sequence that is copied: each is rebuilt from its chain in the copy.
/// </summary>
public static class PastHeads
{
    /// <summary>
    /// Heads are looked up one by one: without statistics of the copy, which is being made, a planner that joins would
    /// compare each document with all heads.
    /// </summary>
    private const string SelectMissing = """
        select number from eventstore.document
        where dataset = $1 and number > $2
            and (select head.document from eventstore.head
                where head.dataset = $1 and head.document = document.number) is null
        order by number limit $3
        """;

    private const string SelectChains = $"""
        select want.document, last.sequence, transaction.id, {ChainReader.LinkColumns}, effect.sequence = base.sequence
        from unnest($2::integer[]) as wanted (document)
        cross join lateral (select wanted.document, $3::bigint as as_of) as want
        {ChainReader.Links}
        order by want.document, effect.sequence
        """;

    private const string InsertHeads = """
        insert into eventstore.head (dataset, document, sequence, chain_bytes, deleted, revision, content)
        select $1, new.*
        from unnest($2::integer[], $3::bigint[], $4::integer[], $5::boolean[], $6::text[], $7::bytea[]) as new
        """;

    private const string InsertReferences = """
        insert into eventstore.reference (dataset, source, target)
        select $1, new.* from unnest($2::integer[], $3::text[]) as new
        """;

    /// <summary>Makes the next heads that are missing, in the open transaction of a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="target">The copy.</param>
    /// <param name="sequence">Where its log ends.</param>
    /// <param name="after">The number behind which heads may be missing.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The number of the last document that was looked at; null when no head is missing.</returns>
    public static async Task<int?> WriteAsync(
        NpgsqlConnection connection, Dataset target, long sequence, int after, CancellationToken cancellationToken)
    {
        var missing = new List<int>();
        await using (var command = connection.CreateCommand(SelectMissing, target, after, Limits.ChainsPerRead))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                missing.Add(reader.GetInt32(0));
            }
        }

        if (missing.Count == 0)
        {
            return null;
        }

        var heads = await RebuildAsync(connection, target, [.. missing], sequence, cancellationToken);
        await InsertAsync(connection, target, heads, cancellationToken);
        return missing[^1];
    }

    private static async Task<List<Head>> RebuildAsync(
        NpgsqlConnection connection,
        Dataset target,
        int[] documents,
        long sequence,
        CancellationToken cancellationToken)
    {
        var heads = new List<Head>(documents.Length);
        using var chain = new DocumentChain();
        await using var command = connection.CreateCommand(SelectChains, target, documents, sequence);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var current = default(Head);
        while (await reader.ReadAsync(cancellationToken))
        {
            var document = reader.GetInt32(0);
            if (document != current.Document)
            {
                Finish();
                chain.Restart(default);
                current = new(document, reader.GetInt64(1), reader.GetString(2), 0, default);
            }

            var text = PackedText.Unpack(reader.GetFieldValue<byte[]>(4));
            chain.Follow(text, isWhole: reader.GetBoolean(3));
            var startsChain = !await reader.IsDBNullAsync(5, cancellationToken) && reader.GetBoolean(5);
            current = current with { ChainBytes = startsChain ? 0 : current.ChainBytes + text.Length };
        }

        Finish();
        return heads;

        void Finish()
        {
            if (current.Document > 0)
            {
                heads.Add(current with { Content = chain.ToState() });
            }
        }
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, Dataset target, List<Head> heads, CancellationToken cancellationToken)
    {
        var references = heads.SelectMany(
            head => DocumentReferences.StrongTargets(head.Content.Span), (head, id) => (head.Document, id)).ToList();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            InsertHeads,
            target,
            heads.Select(head => head.Document).ToArray(),
            heads.Select(head => head.Sequence).ToArray(),
            heads.Select(head => head.ChainBytes).ToArray(),
            heads.Select(head => head.Content.IsEmpty).ToArray(),
            heads.Select(head => head.Revision).ToArray(),
            heads.Select(head => head.Content.IsEmpty ? null : PackedText.Pack(head.Content.Span)).ToArray());
        batch.Add(
            InsertReferences,
            target,
            references.Select(reference => reference.Document).ToArray(),
            references.Select(reference => reference.id).ToArray());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private readonly record struct Head(
        int Document, long Sequence, string Revision, int ChainBytes, ReadOnlyMemory<byte> Content);
}
