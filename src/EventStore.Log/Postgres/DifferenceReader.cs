using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads what changed in a dataset between two sequences, document by document. The cost is that of the changes and of
/// the documents they touched. No connection is held while the caller is busy.
/// </summary>
public sealed class DifferenceReader(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// The documents are found by their effects every time a portion of ids is fetched: so portions are large, and a
    /// dataset of a million changed documents is gone through ten times.
    /// </summary>
    private const string SelectChanged = """
        select id from (
            select distinct document from eventstore.effect
            where dataset = $1 and sequence > $2 and sequence <= $3
        ) as changed
        join eventstore.document on document.dataset = $1 and document.number = changed.document
        where id > $4
        order by id limit $5
        """;

    private readonly DocumentReader _documents = new(dataSource);

    /// <summary>
    /// The documents that transactions behind one sequence touched, up to another one, by ascending id. One that was
    /// made and deleted in between has neither state, and one that was changed back has two equal ones.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="since">The earlier sequence.</param>
    /// <param name="asOf">The later one.</param>
    /// <param name="afterId">Starts after this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<IReadOnlyList<DocumentDifference>> ReadAsync(
        Dataset dataset,
        long since,
        long asOf,
        string? afterId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = afterId ?? "";
        List<DocumentId> ids;
        do
        {
            ids = await ReadIdsAsync(dataset, since, asOf, after, cancellationToken);
            foreach (var slice in ids.Chunk(Limits.ChainsPerRead))
            {
                var before = await ReadStatesAsync(dataset, slice, since, cancellationToken);
                var now = await ReadStatesAsync(dataset, slice, asOf, cancellationToken);
                yield return Array.ConvertAll(
                    slice, id => new DocumentDifference(id, before.GetValueOrDefault(id), now.GetValueOrDefault(id)));
                after = slice[^1].Value;
            }
        }
        while (ids.Count == Limits.ChangedDocumentsPerRead);
    }

    private async Task<Dictionary<DocumentId, DocumentSnapshot>> ReadStatesAsync(
        Dataset dataset, DocumentId[] ids, long asOf, CancellationToken cancellationToken) =>
        (await _documents.ReadAsync(dataset, ids, asOf, cancellationToken)).ToDictionary(document => document.Id);

    private async Task<List<DocumentId>> ReadIdsAsync(
        Dataset dataset, long since, long asOf, string after, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectChanged, dataset, since, asOf, after, Limits.ChangedDocumentsPerRead);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<DocumentId>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(DocumentId.Parse(reader.GetString(0)));
        }

        return ids;
    }
}
