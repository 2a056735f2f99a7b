using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventStore.Log.Projections;
using Npgsql;

namespace EventStore.Log.Postgres.Reading;

/// <summary>
/// Reads a dataset document by document: heads that are not younger than the sequence are copied, other documents are
/// rebuilt from their chains. Pages are fetched and unpacked while the caller is busy with those before; connections
/// are held for statements only.
/// </summary>
internal sealed class HeadReader(NpgsqlDataSource dataSource, Dataset dataset, long asOf)
{
    private const string SelectLarge =
        "select sequence, content from eventstore.head where dataset = $1 and document = $2";

    private readonly Dictionary<int, ChainState> _rebuilt = [];

    /// <summary>Batches by ascending id; each is the caller's to dispose.</summary>
    /// <param name="after">Starts behind this id.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<DocumentBatch> ReadAsync(
        string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var portions = new Portions();
        var batches = Channel.CreateUnbounded<DocumentBatch>();
        var producer = Task.Run(() => ProduceAsync(after, portions, batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                yield return batch;
            }

            await producer;
        }
        finally
        {
            await stop.CancelAsync();
            await producer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batches.Reader.TryRead(out var batch))
            {
                batch.Dispose();
            }
        }
    }

    private async Task ProduceAsync(
        string after, Portions portions, ChannelWriter<DocumentBatch> batches, CancellationToken cancellationToken)
    {
        using var page = new HeadPage();
        using var builder = new DocumentBatchBuilder(Limits.DatasetPageBuffer);
        IDisposable? portion = null;
        try
        {
            do
            {
                portion ??= await portions.TakeAsync(cancellationToken);
                if (!await page.FillAsync(dataSource, dataset, asOf, after, cancellationToken))
                {
                    break;
                }

                after = page.LastId;
                for (var index = 0; index < page.Rows.Count; index++)
                {
                    if (page.Rows[index].Bytes > Limits.LargePortionBytes)
                    {
                        Pass();
                        portion = new LargePortion(
                            portion ?? await portions.TakeAsync(cancellationToken),
                            await ReaderMemory.TakeLargeAsync(cancellationToken));
                    }

                    portion ??= await portions.TakeAsync(cancellationToken);
                    await AddAsync(page, index, builder, cancellationToken);
                    if (builder.Length >= Limits.DatasetPageBytes)
                    {
                        Pass();
                    }
                }

                Pass();
            }
            while (true);
        }
        finally
        {
            portion?.Dispose();
            batches.TryComplete();
        }

        void Pass()
        {
            if (builder.Count > 0)
            {
                batches.TryWrite(builder.Take(portion));
                portion = null;
            }
        }
    }

    private async ValueTask AddAsync(
        HeadPage page, int index, DocumentBatchBuilder builder, CancellationToken cancellationToken)
    {
        var row = page.Rows[index];
        if (row.Length > 0)
        {
            builder.AddPacked(row.Document, row.Sequence, page.Content(row), row.Revision);
            return;
        }

        if (row.Sequence <= asOf && row.Bytes > Limits.PageDocumentBytes
            && await TryAddLargeAsync(row, builder, cancellationToken))
        {
            return;
        }

        if (!_rebuilt.Remove(row.Document, out var state))
        {
            await RebuildAsync(page, index, cancellationToken);
            _rebuilt.Remove(row.Document, out state);
        }

        if (!state.Content.IsEmpty)
        {
            builder.Add(row.Document, state.Sequence, state.Content.Span, state.Revision);
        }
    }

    /// <summary>Adds a document that is too large for a page, if its head is still the one that the page
    /// names.</summary>
    private async Task<bool> TryAddLargeAsync(
        HeadRow row, DocumentBatchBuilder builder, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectLarge, dataset, row.Document);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.GetInt64(0) != row.Sequence || reader.IsDBNull(1))
        {
            return false;
        }

        builder.AddPacked(row.Document, row.Sequence, reader.GetFieldValue<byte[]>(1), row.Revision);
        return true;
    }

    /// <summary>Rebuilds a document of the page, and those behind it that must be rebuilt, too.</summary>
    private async Task RebuildAsync(HeadPage page, int index, CancellationToken cancellationToken)
    {
        var wanted = new List<(int Document, long Sequence)>();
        var bytes = 0L;
        while (index < page.Rows.Count && wanted.Count < Limits.ChainsPerRead && bytes < Limits.DatasetPageBytes)
        {
            var row = page.Rows[index++];
            if (row.Length == 0)
            {
                wanted.Add((row.Document, asOf));
                bytes += row.Bytes;
            }
        }

        _rebuilt.Clear();
        var states = await ChainReader.ReadAsync(dataSource, dataset, wanted, cancellationToken);
        foreach (var ((document, _), state) in wanted.Zip(states))
        {
            _rebuilt[document] = state.GetValueOrDefault();
        }
    }
}
