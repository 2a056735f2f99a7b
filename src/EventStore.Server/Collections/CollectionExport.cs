using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;
using EventStore.Server.Collections.Formats;
using EventStore.Server.Datasets;
using EventStore.Server.Query;

namespace EventStore.Server.Collections;

/// <summary>
/// Makes the files of an export. It knows neither the request nor where the files go, so that it can be run by whoever
/// has an order.
/// </summary>
internal sealed class CollectionExport(
    DatasetReader documents,
    TransactionReader transactions,
    DocumentScreen screen,
    QueryRunner queries,
    TimeProvider clock)
{
    /// <summary>Exports what an order asks for, as of one sequence.</summary>
    /// <param name="opened">Who exports from which dataset; nothing that he may not read is exported.</param>
    /// <param name="sequence">The state that is exported.</param>
    /// <param name="order">What to export.</param>
    /// <param name="sink">Where the files go; nothing stays there when the export fails.</param>
    /// <param name="progress">Is told the rows read in the current pass.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="CollectionRequestException">What is selected cannot be exported as was asked for.</exception>
    public async Task<CollectionExportResult> RunAsync(
        DatasetRequest opened,
        long sequence,
        CollectionExportOrder order,
        IExportSink sink,
        IProgress<long> progress,
        CancellationToken cancellationToken)
    {
        var format = FormatOf(opened, sequence, order);
        var name = opened.Dataset.Name.Value;
        try
        {
            var (rows, whole) = await SourcesAsync(opened, sequence, order, cancellationToken);
            var observed = new ObservedRows(rows, progress, order.IsAsync ? null : ServerLimits.CollectionSample);
            var file = await sink.StoreAsync(
                $"{name}.{format.Extension}",
                format.ContentType,
                (output, stop) => format.WriteAsync(observed, null, output, stop),
                cancellationToken);
            var vectors = order.IncludesVectors
                ? await sink.StoreAsync(
                    $"{name}_vectors.{format.Extension}",
                    format.ContentType,
                    (output, stop) => format.WriteAsync(
                        new VectorRows(whole, order.VectorField), VectorRows.Schema, output, stop),
                    cancellationToken)
                : null;
            await opened.RequireStillThereAsync(transactions, cancellationToken);
            return new(order.Format, observed.Count, file, vectors, clock.GetUtcNow());
        }
        catch (Exception exception)
        {
            await sink.DiscardAsync();
            if (exception is RegexMatchTimeoutException)
            {
                throw CollectionRequestException.Of("A regular expression takes too long", "value_error", "filters");
            }

            throw;
        }
    }

    /// <summary>The rows to export, and the same as they are, to look for vectors in.</summary>
    private async Task<(IRowSource Rows, IRowSource Whole)> SourcesAsync(
        DatasetRequest opened, long sequence, CollectionExportOrder order, CancellationToken cancellationToken)
    {
        if (order.Query is null)
        {
            return (
                new DocumentRows(opened, sequence, order, documents, screen),
                new DocumentRows(opened, sequence, order, documents, screen) { IsWhole = true });
        }

        var perspective = order.IncludesDrafts ? Perspective.Raw : Perspective.Published;
        var result = new ArrayBufferWriter<byte>();
        await queries.RunAsync(
            opened, order.Query, new(sequence, perspective, !order.AsOf.IsNow), result, cancellationToken);
        var rows = new QueryRows(result.WrittenSpan, order);
        return (rows, rows.Whole);
    }

    private static IRowFormat FormatOf(DatasetRequest opened, long sequence, CollectionExportOrder order) =>
        order.Format switch
        {
            ExportFormat.Json => new JsonLinesFormat(),
            ExportFormat.Csv => new CsvFormat(order.IsFormulaSafe),
            _ => new ParquetFormat(new Dictionary<string, string>
            {
                ["eventstore.project"] = opened.Dataset.ProjectId,
                ["eventstore.dataset"] = opened.Dataset.Name.Value,
                ["eventstore.sequence"] = sequence.ToString(CultureInfo.InvariantCulture),
            }),
        };
}
