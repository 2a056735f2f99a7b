using System.Buffers;
using Npgsql;

namespace EventStore.Log.Postgres.Reading;

/// <summary>The heads of a stretch of ids, packed as they are stored; filled again for the stretch after it.</summary>
internal sealed class HeadPage : IDisposable
{
    /// <summary>
    /// Heads are looked up one by one: in a join the database would walk all heads of a dataset that it has no
    /// statistics of, for every page. Large ones are left for later, so a page is bounded by their number.
    /// </summary>
    private const string SelectPage = """
        select page.id, page.number, head.sequence, head.revision, head.deleted,
            coalesce(octet_length(head.content), head.chain_bytes),
            case when head.sequence <= $3 and octet_length(head.content) <= $5 then head.content end
        from (
            select id, number from eventstore.document
            where dataset = $1 and id > $2 order by id limit $4
        ) as page
        cross join lateral (
            select * from eventstore.head where dataset = $1 and head.document = page.number offset 0
        ) as head
        order by page.id
        """;

    private readonly List<HeadRow> _rows = [];
    private byte[] _packed = [];
    private int _length;
    private int _most = Limits.PageDocuments;
    private int _largest = Limits.PageDocumentBytes;

    /// <summary>Documents that may exist at the sequence, by ascending id.</summary>
    public IReadOnlyList<HeadRow> Rows => _rows;

    /// <summary>The last id that was looked at.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>The packed content of a row that has it.</summary>
    public ReadOnlySpan<byte> Content(HeadRow row) => _packed.AsSpan(row.Start, row.Length);

    /// <summary>Reads the page behind an id; false when there are no more documents.</summary>
    public async Task<bool> FillAsync(
        NpgsqlDataSource dataSource, Dataset dataset, long asOf, string after, CancellationToken cancellationToken)
    {
        _rows.Clear();
        _length = 0;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand(SelectPage, dataset, after, asOf, _most, _largest);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (read, bytes) = (0, 0L);
        while (await reader.ReadAsync(cancellationToken))
        {
            read++;
            LastId = reader.GetString(0);
            var row = new HeadRow(reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3), reader.GetInt32(5));
            bytes += row.Bytes;
            if (row.Sequence > asOf || !reader.GetBoolean(4))
            {
                _rows.Add(reader.IsDBNull(6) ? row : TakeContent(reader, row));
            }

            if (bytes > 2 * Limits.DatasetPageBytes)
            {
                // Not to be foreseen from the page before. What follows is looked up once more.
                command.Cancel();
                break;
            }
        }

        Foresee(read, bytes);
        return read > 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_packed);
        _packed = [];
    }

    private HeadRow TakeContent(NpgsqlDataReader reader, HeadRow row)
    {
        if (_packed.Length - _length < row.Bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + row.Bytes, Limits.DatasetPageBuffer));
            _packed.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_packed);
            _packed = larger;
        }

        reader.GetBytes(6, 0, _packed, _length, row.Bytes);
        _length += row.Bytes;
        return row with { Start = _length - row.Bytes, Length = row.Bytes };
    }

    /// <summary>The documents that follow are taken to be like those of this page.</summary>
    private void Foresee(int documents, long bytes)
    {
        var average = bytes / Math.Max(documents, 1);
        _most = (int)Math.Clamp(
            Limits.DatasetPageBytes / Math.Max(average, 1), Limits.PageDocumentsLeast, Limits.PageDocumentsMost);
        _largest = (int)Math.Clamp(
            Limits.PageDocumentFactor * average, Limits.PageDocumentBytes, Limits.LargePortionBytes);
    }
}
