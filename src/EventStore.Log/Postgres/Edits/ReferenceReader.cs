using Npgsql;

namespace EventStore.Log.Postgres.Edits;

/// <summary>Reads what the current documents refer to strongly, as integrity checks see it.</summary>
public sealed class ReferenceReader(NpgsqlDataSource dataSource)
{
    private const string SelectSources = """
        select reference.target, document.id
        from eventstore.reference
        join eventstore.document on document.dataset = reference.dataset and document.number = reference.source
        where reference.dataset = $1 and reference.target = any($2)
        order by reference.target, document.id
        """;

    private const string SelectExisting = """
        select document.id
        from eventstore.document
        join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and document.id = any($2) and not head.deleted
        """;

    /// <summary>The documents that refer to some others, by the one that is referred to.</summary>
    public async Task<ILookup<string, string>> ReadSourcesAsync(
        Dataset dataset, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var pairs = new List<(string Target, string Source)>();
        foreach (var portion in targets.Chunk(Limits.ReferencesPerRead))
        {
            await using var command = dataSource.CreateCommand(SelectSources, dataset, portion);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                pairs.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        return pairs.ToLookup(pair => pair.Target, pair => pair.Source, StringComparer.Ordinal);
    }

    /// <summary>Those of some ids that are documents now.</summary>
    public async Task<HashSet<string>> FindExistingAsync(
        Dataset dataset, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var existing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var portion in ids.Chunk(Limits.ReferencesPerRead))
        {
            await using var command = dataSource.CreateCommand(SelectExisting, dataset, portion);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                existing.Add(reader.GetString(0));
            }
        }

        return existing;
    }
}
