using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Reads documents as of any sequence. The head is only the newest as-of: a document whose head is not younger than the
/// sequence is copied from there, any other is rebuilt from its chain.
/// </summary>
public sealed class DocumentReader(NpgsqlDataSource dataSource)
{
    private const string SelectVersions = """
        select document.id
        from eventstore.document
        join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and not head.deleted and (document.id = $2 or (
            (document.id like 'drafts.%' or document.id like 'versions.%.%')
            and case
                when document.id like 'drafts.%' then substr(document.id, 8)
                when document.id like 'versions.%.%' then regexp_replace(document.id, '^versions\.[^.]+\.', '')
            end = $2))
        order by document.id
        """;

    /// <summary>
    /// The last sequence at which each document existed: the one before its deletion, when it is deleted.
    /// </summary>
    private const string SelectLastExisting = """
        select document.id, document.number,
            case when head.deleted then head.sequence - 1 else head.sequence end
        from eventstore.document
        join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and document.id = any($2)
        """;

    private readonly TimeMarks _marks = new();

    /// <summary>The given documents as of a sequence.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="ids">Which documents.</param>
    /// <param name="asOf">The sequence; null for the head.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Those that exist there, in the order of the ids.</returns>
    public Task<IReadOnlyList<DocumentSnapshot>> ReadAsync(
        Dataset dataset, IReadOnlyList<DocumentId> ids, long? asOf, CancellationToken cancellationToken) =>
        ReadAsync(dataset, ids, asOf is { } sequence ? Moment.At(sequence) : Moment.Now, cancellationToken);

    /// <summary>The given documents as of a moment, found and read in one round trip.</summary>
    /// <returns>Those that exist there, in the order of the ids; none when it names an unknown revision.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<IReadOnlyList<DocumentSnapshot>> ReadAsync(
        Dataset dataset, IReadOnlyList<DocumentId> ids, Moment moment, CancellationToken cancellationToken) =>
        InOrder(ids, await MomentReader.ReadAsync(dataSource, _marks, dataset, Values(ids), moment, cancellationToken));

    /// <summary>The given documents as of the end of the log, and which sequence that is, in one round trip.</summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<(long Sequence, IReadOnlyList<DocumentSnapshot> Documents)> ReadAtEndAsync(
        Dataset dataset, IReadOnlyList<DocumentId> ids, CancellationToken cancellationToken)
    {
        var (sequence, documents) = await MomentReader.ReadAtEndAsync(
            dataSource, dataset, Values(ids), cancellationToken);
        return (sequence, InOrder(ids, documents));
    }

    /// <summary>The given documents as they are, or as they last were before their deletion.</summary>
    public async Task<IReadOnlyList<DocumentSnapshot>> ReadLastAsync(
        Dataset dataset, IReadOnlyList<DocumentId> ids, CancellationToken cancellationToken)
    {
        var wanted = new List<(DocumentId Id, int Document, long Sequence)>();
        await using (var command = dataSource.CreateCommand(SelectLastExisting, dataset, Values(ids)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                wanted.Add((DocumentId.Parse(reader.GetString(0)), reader.GetInt32(1), reader.GetInt64(2)));
            }
        }

        var states = await ChainReader.ReadAsync(
            dataSource, dataset, wanted.Select(want => (want.Document, want.Sequence)).ToList(), cancellationToken);
        return InOrder(ids, Existing(wanted.Select(want => want.Id), states));
    }

    /// <summary>The existing versions of a document: published, draft, and those of releases, ordered by id.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="id">The published id, or that of any version.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async Task<IReadOnlyList<DocumentId>> FindVersionsAsync(
        Dataset dataset, DocumentId id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectVersions, dataset, id.Published.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new List<DocumentId>();
        while (await reader.ReadAsync(cancellationToken))
        {
            versions.Add(DocumentId.Parse(reader.GetString(0)));
        }

        return versions;
    }

    /// <summary>
    /// The whole dataset as of a sequence, by ascending id: <see cref="DatasetReader"/> document by document.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="asOf">The sequence.</param>
    /// <param name="afterId">Starts after this id; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<DocumentSnapshot> ReadDatasetAsync(
        Dataset dataset,
        long asOf,
        string? afterId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in new DatasetReader(dataSource).ReadAsync(dataset, asOf, afterId, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var line = batch[index];
                yield return new(line.Id, line.Sequence, line.Revision, line.Content);
            }
        }
    }

    private static string[] Values(IReadOnlyList<DocumentId> ids) => ids.Select(id => id.Value).Distinct().ToArray();

    private static List<DocumentSnapshot> InOrder(
        IReadOnlyList<DocumentId> ids, IEnumerable<DocumentSnapshot> documents)
    {
        var found = documents.ToDictionary(document => document.Id);
        return ids.Distinct().Where(found.ContainsKey).Select(id => found[id]).ToList();
    }

    private static IEnumerable<DocumentSnapshot> Existing(IEnumerable<DocumentId> ids, ChainState?[] states) =>
        ids.Zip(states)
            .Where(pair => pair.Second is { Content.IsEmpty: false })
            .Select(pair => new DocumentSnapshot(
                pair.First, pair.Second!.Value.Sequence, pair.Second.Value.Revision, pair.Second.Value.Content));
}
