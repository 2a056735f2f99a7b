using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Compares the keyframes of documents with those that a replay derives and replaces what differs, a stretch of one
/// document's effects at a time. A stretch that was passed is immutable, so no writer is in the way.
/// </summary>
internal sealed class KeyframeMender(NpgsqlDataSource dataSource, Dataset dataset)
{
    private const string SelectStored = """
        select document, sequence, content from eventstore.keyframe
        where dataset = $1 and (document, sequence) > ($2, $3) and (document, sequence) <= ($4, $5)
        order by document, sequence
        """;

    private const string Delete = """
        delete from eventstore.keyframe
        using unnest($2::integer[], $3::bigint[]) as old (document, sequence)
        where keyframe.dataset = $1 and keyframe.document = old.document and keyframe.sequence = old.sequence
        """;

    private const string Insert = """
        insert into eventstore.keyframe (dataset, document, sequence, content)
        select $1, new.* from unnest($2::integer[], $3::bigint[], $4::bytea[]) as new
        """;

    private readonly List<DerivedKeyframe> _derived = [];
    private (int Document, long Sequence) _from;
    private (int Document, long Sequence) _to;
    private long _bytes;

    /// <summary>Keyframes that there are.</summary>
    public long Count { get; private set; }

    /// <summary>Keyframes that were missing, superfluous or other.</summary>
    public long Changed { get; private set; }

    /// <summary>Notes an effect that was passed, in order of documents and sequences, and the keyframe it has.</summary>
    public async ValueTask PassAsync(
        int document, long sequence, DerivedKeyframe? keyframe, CancellationToken cancellationToken)
    {
        _to = (document, sequence);
        if (keyframe is { } derived)
        {
            _derived.Add(derived);
            _bytes += Limits.RebuildRowBytes + (derived.Packed?.Length ?? 0);
            Count++;
        }

        if (_bytes > Limits.PageBytes)
        {
            await FinishAsync(cancellationToken);
        }
    }

    /// <summary>Compares what was passed since the last time.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_to == _from)
        {
            return;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var stored = await ReadStoredAsync(connection, cancellationToken);
        var wanted = _derived.ToDictionary(keyframe => (keyframe.Document, keyframe.Sequence));
        var wrong = stored
            .Where(keyframe => !wanted.TryGetValue((keyframe.Document, keyframe.Sequence), out var derived)
                || !AreEqual(keyframe.Packed, derived.Packed))
            .ToList();
        var right = stored.Except(wrong).Select(keyframe => (keyframe.Document, keyframe.Sequence)).ToHashSet();
        var missing = _derived.FindAll(keyframe => !right.Contains((keyframe.Document, keyframe.Sequence)));
        if (wrong.Count + missing.Count > 0)
        {
            await ReplaceAsync(connection, wrong, missing, cancellationToken);
            Changed += wrong.Select(Place).Union(missing.Select(Place)).Count();
        }

        _derived.Clear();
        _bytes = 0;
        _from = _to;
    }

    private static (int Document, long Sequence) Place(DerivedKeyframe keyframe) =>
        (keyframe.Document, keyframe.Sequence);

    private static bool AreEqual(byte[]? one, byte[]? other) =>
        one is null || other is null ? one == other : one.AsSpan().SequenceEqual(other);

    private async Task<List<DerivedKeyframe>> ReadStoredAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(
            SelectStored, dataset, _from.Document, _from.Sequence, _to.Document, _to.Sequence);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stored = new List<DerivedKeyframe>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var content = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<byte[]>(2);
            stored.Add(new(reader.GetInt32(0), reader.GetInt64(1), content));
        }

        return stored;
    }

    private async Task ReplaceAsync(
        NpgsqlConnection connection,
        List<DerivedKeyframe> wrong,
        List<DerivedKeyframe> missing,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            Delete,
            dataset,
            wrong.Select(keyframe => keyframe.Document).ToArray(),
            wrong.Select(keyframe => keyframe.Sequence).ToArray());
        batch.Add(
            Insert,
            dataset,
            missing.Select(keyframe => keyframe.Document).ToArray(),
            missing.Select(keyframe => keyframe.Sequence).ToArray(),
            missing.Select(keyframe => keyframe.Packed).ToArray());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
