using System.Collections.Concurrent;
using System.Diagnostics;
using EventStore.Log.Documents;
using EventStore.Log.Projections.Attributes;
using EventStore.Log.Transactions;
using Npgsql;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>
/// Finds documents by their attributes. The index follows the log, so an answer names the documents that were changed
/// since as well: together they are all that can be in the ranges asked for, and what is read of them decides.
/// </summary>
public sealed class AttributeIndex(NpgsqlDataSource dataSource)
{
    /// <summary>How long it is believed that a dataset has no index that can be used.</summary>
    private static readonly TimeSpan AbsenceBelieved = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, Known> _known = new();

    /// <summary>Datasets whose index was last seen behind their log.</summary>
    private readonly ConcurrentDictionary<int, bool> _lagging = new();

    /// <summary>What is indexed of a dataset, as it was when it was last looked up; null when nothing can be
    /// used.</summary>
    public async ValueTask<AttributeLayout?> LayoutAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(dataset.Number, out var known)
            && (known.Layout is not null || Stopwatch.GetElapsedTime(known.Since) < AbsenceBelieved))
        {
            return known.Layout;
        }

        var layout = await AttributeStore.ReadAsync(dataSource, dataset, cancellationToken);
        if (_known.Count >= Limits.RememberedLayouts)
        {
            _known.Clear();
        }

        // One that is still growing is asked for again and again, since its generation changes with every step.
        known = new(layout is { IsUsable: true } ? layout : null, Stopwatch.GetTimestamp());
        _known[dataset.Number] = known;
        return known.Layout;
    }

    /// <summary>Reads an index.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="layout">The layout that the ranges were made for.</param>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when the layout is of the past: then a new one is to be asked for, and new ranges made.</returns>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async Task<AttributeAnswer?> ReadAsync(
        Dataset dataset, AttributeLayout layout, AttributeRequest request, CancellationToken cancellationToken)
    {
        if (request is { AsOf: null, WithDocuments: true } && !_lagging.ContainsKey(dataset.Number))
        {
            await using var settled = request.Ranges is [var range]
                ? dataSource.CreateCommand(
                    request.Descending ? AttributeStatements.SettledDescending : AttributeStatements.SettledAscending,
                    dataset,
                    range.From,
                    range.To,
                    (long)Math.Min(request.Limit, request.TotalLimit))
                : dataSource.CreateCommand(
                    request.Descending
                        ? AttributeStatements.SettledSeveralDescending
                        : AttributeStatements.SettledSeveralAscending,
                    dataset,
                    request.Ranges.Select(range => range.From).ToArray(),
                    request.Ranges.Select(range => range.To).ToArray(),
                    (long)request.Limit,
                    (long)request.TotalLimit);
            var quick = await ReadAsync(settled, dataset, layout, request, cancellationToken);
            if (quick is null || quick.Head == quick.Indexed)
            {
                return quick;
            }
        }

        var sql = (request.Descending, request.WithDocuments) switch
        {
            (false, false) => AttributeStatements.Ascending,
            (true, false) => AttributeStatements.Descending,
            (false, true) => AttributeStatements.AscendingDocuments,
            (true, true) => AttributeStatements.DescendingDocuments,
        };
        await using var command = dataSource.CreateCommand(
            sql,
            dataset,
            request.Ranges.Select(range => range.From).ToArray(),
            request.Ranges.Select(range => range.To).ToArray(),
            (long)request.Limit,
            (object?)request.AsOf ?? DBNull.Value,
            request.TailLimit + 1L,
            (long)request.TotalLimit);
        var answer = await ReadAsync(command, dataset, layout, request, cancellationToken);
        if (answer is not null && answer.Head != answer.Indexed)
        {
            _lagging[dataset.Number] = true;
        }
        else
        {
            _lagging.TryRemove(dataset.Number, out _);
        }

        return answer;
    }

    private async Task<AttributeAnswer?> ReadAsync(
        NpgsqlCommand command,
        Dataset dataset,
        AttributeLayout layout,
        AttributeRequest request,
        CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        AttributeAnswer? answer = null;
        var (entries, tail) = (new List<AttributeCandidate>(), new List<AttributeCandidate>());
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.GetInt64(0))
            {
                case -2 when reader.IsDBNull(8) || reader.GetInt64(8) != layout.State.Generation:
                    Forget(dataset, layout);
                    return null;
                case -2:
                    answer = new(reader.GetInt64(2), reader.GetInt32(6), reader.GetInt64(7))
                    {
                        Entries = entries,
                        Tail = tail,
                        TailIsCut = reader.GetInt64(9) > request.TailLimit,
                    };
                    break;
                case -1:
                    var changed = DocumentId.Parse(reader.GetString(3));
                    tail.Add(new(-1, changed, default, Document(reader, changed, request)));
                    break;
                case var place:
                    var key = reader.GetFieldValue<byte[]>(1);
                    var id = AttributeKeys.Id(key);
                    entries.Add(new((int)place - 1, id, key, Document(reader, id, request)));
                    break;
            }
        }

        return answer ?? throw new DatasetNotFoundException(dataset);
    }

    /// <summary>A head that is not younger than the sequence asked for and was settled is the document.</summary>
    private static DocumentSnapshot? Document(NpgsqlDataReader reader, DocumentId id, AttributeRequest request) =>
        !request.WithDocuments || reader.IsDBNull(5) || reader.GetInt64(2) > (request.AsOf ?? long.MaxValue)
            ? null
            : new(id, reader.GetInt64(2), reader.GetString(4), PackedText.Unpack(reader.GetFieldValue<byte[]>(5)));

    private void Forget(Dataset dataset, AttributeLayout layout)
    {
        if (_known.TryGetValue(dataset.Number, out var known) && known.Layout == layout)
        {
            _known.TryRemove(new(dataset.Number, known));
        }
    }

    private sealed record Known(AttributeLayout? Layout, long Since);
}
