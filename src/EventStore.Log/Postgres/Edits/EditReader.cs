using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using Npgsql;

namespace EventStore.Log.Postgres.Edits;

/// <summary>
/// Reads what selected transactions did to documents, and what came after. What it reads is append-only, so the answer
/// as of a sequence is the same whenever it is asked. No connection is held while the caller is busy.
/// </summary>
public sealed class EditReader(NpgsqlDataSource dataSource)
{
    /// <summary>In portions as large as those of <see cref="DifferenceReader"/>, for the same reason.</summary>
    private const string SelectEdited = """
        select id, number from (
            select distinct effect.document from eventstore.effect
            where effect.dataset = $1 and effect.sequence between $2 and $3
                and ($4::text is null or exists (
                    select from eventstore.transaction
                    where transaction.dataset = $1 and transaction.sequence = effect.sequence
                        and transaction.author = $4))
        ) as edited
        join eventstore.document on document.dataset = $1 and document.number = edited.document
        where id > $5
        order by id limit $6
        """;

    private const string SelectNamed = """
        select id, number from eventstore.document where dataset = $1 and id = any($2) order by id
        """;

    /// <summary>
    /// The chain of each document from the first transaction on, cut where selected edits and others change turns: the
    /// difference of both countings stays the same within such a stretch.
    /// </summary>
    private const string SelectRuns = """
        with touched as (
            select effect.document, effect.sequence,
                effect.sequence <= $4 and ($6::text is null or exists (
                    select from eventstore.transaction
                    where transaction.dataset = $1 and transaction.sequence = effect.sequence
                        and transaction.author = $6)) as selected
            from eventstore.effect
            where effect.dataset = $1 and effect.document = any($2) and effect.sequence between $3 and $5
        ), cut as (
            select *, row_number() over (partition by document order by sequence)
                - row_number() over (partition by document, selected order by sequence) as stretch
            from touched
        )
        select document, selected, min(sequence), max(sequence), count(*)
        from cut group by document, selected, stretch order by document, min(sequence)
        """;

    private const string SelectTouched = """
        select distinct document from eventstore.effect
        where dataset = $1 and sequence > $2 and sequence <= $3 and document = any($4)
        """;

    /// <summary>The documents with selected edits, by ascending id.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="selection">Which edits; named documents that have none of them are listed, too.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<IReadOnlyList<(DocumentId Id, int Number)>> ListAsync(
        Dataset dataset, EditSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (selection.Documents is { } documents)
        {
            var ids = documents.Select(id => id.Value).Distinct().ToArray();
            await using var command = dataSource.CreateCommand(SelectNamed, dataset, ids);
            foreach (var slice in (await ReadIdsAsync(command, cancellationToken)).Chunk(Limits.ChainsPerRead))
            {
                yield return slice;
            }

            yield break;
        }

        List<(DocumentId Id, int Number)> found;
        var after = "";
        do
        {
            await using var command = dataSource.CreateCommand(
                SelectEdited,
                dataset,
                selection.First,
                selection.Last,
                (object?)selection.Author ?? DBNull.Value,
                after,
                Limits.ChangedDocumentsPerRead);
            found = await ReadIdsAsync(command, cancellationToken);
            foreach (var slice in found.Chunk(Limits.ChainsPerRead))
            {
                yield return slice;
                after = slice[^1].Id.Value;
            }
        }
        while (found.Count == Limits.ChangedDocumentsPerRead);
    }

    /// <summary>Some documents with their selected edits, in their order; those without any are left out.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="selection">Which edits.</param>
    /// <param name="asOf">The sequence at which the dataset is looked at; edits behind it do not exist.</param>
    /// <param name="documents">As listed; a few of them.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="TooManyEditsException">What was selected is too mixed with other edits.</exception>
    public async Task<IReadOnlyList<EditedDocument>> ReadAsync(
        Dataset dataset,
        EditSelection selection,
        long asOf,
        IReadOnlyList<(DocumentId Id, int Number)> documents,
        CancellationToken cancellationToken)
    {
        var stretches = await ReadStretchesAsync(dataset, selection, asOf, documents, cancellationToken);
        var wanted = new List<(int Document, long Sequence)>();
        foreach (var (_, number) in documents)
        {
            wanted.AddRange(Wanted(number, stretches[number], asOf));
        }

        var states = new Dictionary<(int Document, long Sequence), ChainState?>();
        foreach (var portion in wanted.Distinct().Chunk(Limits.ChainsPerRead))
        {
            var read = await ChainReader.ReadAsync(dataSource, dataset, portion, cancellationToken);
            foreach (var (key, state) in portion.Zip(read))
            {
                states.Add(key, state);
            }
        }

        return
        [
            .. documents
                .Where(document => stretches[document.Number].Any(stretch => stretch.Selected))
                .Select(document => Describe(document, [.. stretches[document.Number]], asOf, states)),
        ];
    }

    /// <summary>Which of some documents transactions behind a sequence touched, up to another one.</summary>
    public async Task<IReadOnlySet<int>> FindTouchedAsync(
        Dataset dataset,
        long since,
        long asOf,
        IReadOnlyCollection<int> documents,
        CancellationToken cancellationToken)
    {
        var touched = new HashSet<int>();
        if (since < asOf)
        {
            await using var command = dataSource.CreateCommand(
                SelectTouched, dataset, since, asOf, documents.ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                touched.Add(reader.GetInt32(0));
            }
        }

        return touched;
    }

    private static async Task<List<(DocumentId Id, int Number)>> ReadIdsAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<(DocumentId, int)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add((DocumentId.Parse(reader.GetString(0)), reader.GetInt32(1)));
        }

        return ids;
    }

    private async Task<ILookup<int, Stretch>> ReadStretchesAsync(
        Dataset dataset,
        EditSelection selection,
        long asOf,
        IReadOnlyList<(DocumentId Id, int Number)> documents,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectRuns,
            dataset,
            documents.Select(document => document.Number).ToArray(),
            selection.First,
            selection.Last,
            asOf,
            (object?)selection.Author ?? DBNull.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stretches = new List<(int Document, Stretch Stretch)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            stretches.Add((
                reader.GetInt32(0),
                new(reader.GetBoolean(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4))));
        }

        var byDocument = stretches.ToLookup(item => item.Document, item => item.Stretch);
        foreach (var (id, number) in documents)
        {
            if (byDocument[number].Count(stretch => stretch.Selected) > Limits.EditRuns)
            {
                throw new TooManyEditsException(id);
            }
        }

        return byDocument;
    }

    /// <summary>The states on both sides of each stretch that is selected, and the last one.</summary>
    private static IEnumerable<(int Document, long Sequence)> Wanted(
        int number, IEnumerable<Stretch> stretches, long asOf)
    {
        var selected = stretches.Where(stretch => stretch.Selected).ToList();
        return selected.Count == 0
            ? []
            : selected.SelectMany(stretch => new[] { (number, stretch.First - 1), (number, stretch.Last) })
                .Append((number, asOf));
    }

    private static EditedDocument Describe(
        (DocumentId Id, int Number) document,
        List<Stretch> stretches,
        long asOf,
        Dictionary<(int Document, long Sequence), ChainState?> states)
    {
        ReadOnlyMemory<byte> At(long sequence) => states[(document.Number, sequence)]?.Content ?? default;
        var first = stretches.FindIndex(stretch => stretch.Selected);
        var selected = stretches.Where(stretch => stretch.Selected).Reverse().ToList();
        var last = states[(document.Number, asOf)]!.Value;
        return new(document.Id, document.Number, last.Sequence, last.Revision, last.Content)
        {
            Runs = selected.ConvertAll(stretch => new EditRun(At(stretch.First - 1), At(stretch.Last))),
            Selected = selected.Sum(stretch => stretch.Count),
            Others = stretches.Skip(first).Where(stretch => !stretch.Selected).Sum(stretch => stretch.Count),
        };
    }

    /// <summary>Edits of a document that follow upon one another and are all selected, or all not.</summary>
    private readonly record struct Stretch(bool Selected, long First, long Last, long Count);
}
