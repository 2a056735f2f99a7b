using System.Runtime.CompilerServices;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Postgres.Checkpoints;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Makes everything derived of a dataset anew from its log, while readers and writers go on: heads, keyframes and
/// references a slice of documents at a time, then the checkpoints and the attribute index.
/// </summary>
/// <remarks>
/// <para>A slice's documents are folded from their first effect up to the end of the log as it was when the slice
/// began. Keyframes up to there are immutable, so they are compared and mended without any lock. Then the lock of the
/// dataset's head row is taken, which holds up writers for milliseconds: the effects they appended meanwhile are folded
/// too, and heads and references that differ are replaced. Nothing is ever missing: a row goes and comes in one
/// database transaction.</para>
/// <para>Invariant: heads change without the log getting longer only here, under the head row's lock, and with its
/// generation raised. Writers remember heads as true at (sequence, generation), and their commits name both.</para>
/// </remarks>
public sealed class DerivedRebuilder(
    NpgsqlDataSource dataSource, CheckpointBuilder checkpoints, AttributeIndexer attributes)
{
    private const string SelectEnd = "select sequence, documents from eventstore.dataset_head where dataset = $1";

    private const string SelectEffects = """
        select document, sequence, apply from eventstore.effect
        where dataset = $1 and document between $2 and $3 and sequence > $4 and sequence <= $5
        order by document, sequence
        """;

    /// <summary>Runs the rebuild; the last step is its summary.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async IAsyncEnumerable<RebuildStep> RebuildAsync(
        Dataset dataset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, documents) = await ReadEndAsync(dataset, cancellationToken);
        var keyframes = new KeyframeMender(dataSource, dataset);
        var heads = new HeadMender(dataSource, dataset);
        for (var first = 1; first <= documents; first += Limits.RebuildSliceDocuments)
        {
            var last = Math.Min(documents, first + Limits.RebuildSliceDocuments - 1);
            await RebuildAsync(dataset, first, last, keyframes, heads, cancellationToken);
            yield return new RebuildProgress(last, documents);
        }

        await heads.DeleteStrangersAsync(cancellationToken);
        await new CheckpointStore(dataSource).DropAsync(dataset, cancellationToken);

        // Another process may be building them at this moment, then it does so from the start.
        var built = await checkpoints.BuildAsync(dataset, cancellationToken) ?? 0;
        var (end, _) = await ReadEndAsync(dataset, cancellationToken);
        built += await checkpoints.BuildRestingAsync(dataset, end, cancellationToken) ?? 0;

        // Behind the checkpoints, from which it is made faster. Queries do without it meanwhile.
        await attributes.RebuildAsync(dataset, cancellationToken);
        yield return new RebuildSummary(
            documents, keyframes.Count, built, heads.ChangedHeads, keyframes.Changed, heads.ChangedReferences);
    }

    private async Task RebuildAsync(
        Dataset dataset,
        int first,
        int last,
        KeyframeMender keyframes,
        HeadMender heads,
        CancellationToken cancellationToken)
    {
        var folded = Enumerable.Range(first, last - first + 1).Select(number => new FoldedDocument(number)).ToList();
        try
        {
            var (end, _) = await ReadEndAsync(dataset, cancellationToken);
            await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
            await using (var command = connection.CreateCommand(SelectEffects, dataset, first, last, 0L, end))
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    var document = folded[reader.GetInt32(0) - first];
                    var sequence = reader.GetInt64(1);
                    var keyframe = document.Apply(sequence, reader.GetFieldValue<byte[]>(2));
                    await keyframes.PassAsync(document.Number, sequence, keyframe, cancellationToken);
                }
            }

            await keyframes.FinishAsync(cancellationToken);
            await heads.MendAsync(folded, end, SelectEffects, cancellationToken);
        }
        finally
        {
            folded.ForEach(static document => document.Dispose());
        }
    }

    private async Task<(long Sequence, int Documents)> ReadEndAsync(
        Dataset dataset, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectEnd, dataset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), reader.GetInt32(1))
            : throw new DatasetNotFoundException(dataset);
    }
}
