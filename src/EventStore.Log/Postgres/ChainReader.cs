using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Rebuilds documents as of a sequence: each from its last full value at or before it, by the patches after that. What
/// it reads is append-only, so the answer for a sequence is the same whenever it is asked.
/// </summary>
internal static class ChainReader
{
    /// <summary>Of a link of a chain: whether it is a keyframe, and its text.</summary>
    public const string LinkColumns = """
        coalesce(effect.sequence = base.sequence and base.content is not null, false) as is_keyframe,
        case when effect.sequence = base.sequence then coalesce(base.content, effect.apply)
            else effect.apply end
        """;

    /// <summary>
    /// For each row of <c>want (document, as_of)</c>: the last effect at or before the sequence, the last keyframe at
    /// or before that, and the patches from there on. The keyframe's own content replaces its patch. Without keyframes
    /// the whole chain is folded: they are derived, so an answer may wait for them but not depend on them. A new
    /// dataset has no statistics, and then the database would join all its effects, which the offset prevents, or look
    /// through all between two sequences, which comparing pairs does: they are in one index only.
    /// </summary>
    public const string Links = $"""
        cross join lateral (
            select sequence from eventstore.effect
            where dataset = $1 and document = want.document and effect.sequence <= want.as_of
            order by effect.sequence desc limit 1
        ) as last
        join eventstore.transaction on transaction.dataset = $1 and transaction.sequence = last.sequence
        {LinksFromKeyframe}
        """;

    /// <summary>The same for a <c>last</c> effect that is known.</summary>
    public const string LinksFromKeyframe = """
        left join lateral (
            select keyframe.sequence, keyframe.content from eventstore.keyframe
            where dataset = $1 and document = want.document and keyframe.sequence <= last.sequence
            order by keyframe.sequence desc limit 1
        ) as base on true
        cross join lateral (
            select sequence, apply from eventstore.effect
            where dataset = $1 and document = want.document
                and (document, sequence) >= (want.document, coalesce(base.sequence, 0))
                and (document, sequence) <= (want.document, last.sequence)
            offset 0
        ) as effect
        """;

    private const string SelectChains = $"""
        select want.ordinal, last.sequence, transaction.id, {LinkColumns}
        from unnest($2::integer[], $3::bigint[]) with ordinality as want (document, as_of, ordinal)
        {Links}
        order by want.ordinal, effect.sequence
        """;

    /// <summary>Rebuilds each document at its sequence.</summary>
    /// <returns>In the order of the wants; null where the document had no effect up to the sequence.</returns>
    public static async Task<ChainState?[]> ReadAsync(
        NpgsqlDataSource dataSource,
        Dataset dataset,
        IReadOnlyList<(int Document, long Sequence)> wanted,
        CancellationToken cancellationToken)
    {
        var states = new ChainState?[wanted.Count];
        if (wanted.Count == 0)
        {
            return states;
        }

        await using var command = dataSource.CreateCommand(
            SelectChains,
            dataset,
            wanted.Select(want => want.Document).ToArray(),
            wanted.Select(want => want.Sequence).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        using var chain = new DocumentChain();
        var last = default(ChainState);
        var current = -1;
        while (await reader.ReadAsync(cancellationToken))
        {
            var ordinal = (int)reader.GetInt64(0) - 1;
            var bytes = PackedText.Unpack(reader.GetFieldValue<byte[]>(4));
            if (ordinal != current)
            {
                Finish();
                current = ordinal;
                chain.Restart(default);
            }

            chain.Follow(bytes, isWhole: reader.GetBoolean(3));

            last = new(reader.GetInt64(1), reader.GetString(2), default);
        }

        Finish();
        return states;

        void Finish()
        {
            if (current >= 0)
            {
                states[current] = last with { Content = chain.ToState() };
            }
        }
    }
}
