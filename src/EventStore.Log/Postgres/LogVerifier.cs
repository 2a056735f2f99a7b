using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Proves a dataset: recomputes the hash chain, replays the whole log, and compares every keyframe, head, reference
/// and checkpoint and the attribute index with it. Writers may go on meanwhile.
/// </summary>
public sealed class LogVerifier(NpgsqlDataSource dataSource)
{
    private const string SelectKeyframes = """
        select sequence, document, content from eventstore.keyframe
        where dataset = $1 and sequence = any($2) and document = any($3)
        """;

    private const string SelectEnd = """
        select sequence, timestamp, digest, documents from eventstore.dataset_head where dataset = $1
        """;

    private const string SelectHeads = """
        select document.id, document.number, head.sequence, head.revision, head.content,
            coalesce(head.deleted, false),
            (select coalesce(array_agg(reference.target order by reference.target), '{}')
                from eventstore.reference
                where reference.dataset = $1 and reference.source = document.number)
        from eventstore.document
        left join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1
        order by document.id
        """;

    /// <summary>Runs the verification; the last step says how it ended.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async IAsyncEnumerable<VerificationStep> VerifyAsync(
        Dataset dataset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = await new TransactionReader(dataSource).HeadAsync(dataset, cancellationToken);
        var replay = new VerificationReplay(dataSource, dataset);
        while (replay.Sequence < end.Sequence)
        {
            if (await AdvanceAsync(dataset, replay, end.Sequence, cancellationToken) is { } difference)
            {
                yield return difference;
                yield break;
            }

            yield return new VerificationProgress(replay.Sequence, end.Sequence);
        }

        if (await new CheckpointVerifier(dataSource).CompareAsync(dataset, cancellationToken) is { } checkpoint)
        {
            yield return checkpoint;
            yield break;
        }

        if (await new AttributeVerifier(dataSource).CompareAsync(dataset, cancellationToken) is { } attributes)
        {
            yield return attributes;
            yield break;
        }

        yield return await CompareHeadsAsync(dataset, replay, cancellationToken);
    }

    private async Task<VerificationDifference?> AdvanceAsync(
        Dataset dataset, VerificationReplay replay, long to, CancellationToken cancellationToken)
    {
        var query = new TransactionQuery
        {
            FromSequence = replay.Sequence + 1,
            ToSequence = to,
            IncludeEffects = true,
        };
        var (page, _, _) = await TransactionPages.ReadAsync(
            dataSource, dataset, query, Limits.PageTransactions, cancellationToken);
        if (page.Count == 0)
        {
            return new(replay.Sequence + 1, null, "The transaction is missing");
        }

        var keyframes = await ReadKeyframesAsync(dataset, page, cancellationToken);
        foreach (var row in page)
        {
            if (await replay.CheckAsync(row, keyframes, cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private async Task<Dictionary<(long Sequence, int Document), byte[]?>> ReadKeyframesAsync(
        Dataset dataset, List<TransactionRow> page, CancellationToken cancellationToken)
    {
        var sequences = page.Select(row => row.Sequence).ToArray();
        var documents = page.SelectMany(row => row.Effects).Select(effect => effect.Document).Distinct().ToArray();
        await using var command = dataSource.CreateCommand(SelectKeyframes, dataset, sequences, documents);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keyframes = new Dictionary<(long, int), byte[]?>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keyframes.Add(
                (reader.GetInt64(0), reader.GetInt32(1)),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<byte[]>(2));
        }

        return keyframes;
    }

    /// <summary>One snapshot of the database holds the heads still while the replay catches up with them.</summary>
    private async Task<VerificationStep> CompareHeadsAsync(
        Dataset dataset, VerificationReplay replay, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var (end, documents) = await ReadEndAsync(connection, dataset, cancellationToken);
        while (replay.Sequence < end.Sequence)
        {
            if (await AdvanceAsync(dataset, replay, end.Sequence, cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        if (!end.Digest.Span.SequenceEqual(replay.Digest))
        {
            return new VerificationDifference(end.Sequence, null, "The dataset's head has another digest");
        }

        var existing = 0L;
        var seen = 0;
        await using var command = connection.CreateCommand(SelectHeads, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = DocumentId.Parse(reader.GetString(0));
            var content = await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetFieldValue<byte[]>(4);
            var head = await reader.IsDBNullAsync(2, cancellationToken)
                ? (ChainState?)null
                : new ChainState(
                    reader.GetInt64(2), reader.GetString(3), content is null ? default : Unpacked(content));
            var deleted = reader.GetBoolean(5);
            var targets = reader.GetFieldValue<string[]>(6);
            var number = reader.GetInt32(1);
            if (await replay.CompareHeadAsync(id, number, head, deleted, targets, cancellationToken) is { } difference)
            {
                return difference;
            }

            seen++;
            existing += deleted ? 0 : 1;
        }

        return seen == documents && seen == replay.Documents
            ? new VerificationPassed(end.Sequence, existing, Convert.ToHexStringLower(end.Digest.Span))
            : new VerificationDifference(
                null,
                null,
                $"The log touched {replay.Documents} documents, the dataset counts {documents} and names {seen}");
    }

    /// <summary>A damaged head is compared as it is stored: that equals no document.</summary>
    private static ReadOnlyMemory<byte> Unpacked(byte[] content)
    {
        try
        {
            return PackedText.Unpack(content);
        }
        catch (InvalidDataException)
        {
            return content;
        }
    }

    private static async Task<(LogHead End, int Documents)> ReadEndAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand(SelectEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2)),
                reader.GetInt32(3))
            : throw new DatasetNotFoundException(dataset);
    }
}
