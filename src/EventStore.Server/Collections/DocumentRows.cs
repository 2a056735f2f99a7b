using System.Buffers;
using System.Runtime.CompilerServices;
using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Projections;
using EventStore.Server.Auth;
using EventStore.Server.Collections.Fields;
using EventStore.Server.Datasets;

namespace EventStore.Server.Collections;

/// <summary>The documents of a dataset as of one sequence that an order selects and its caller may read.</summary>
internal sealed class DocumentRows(
    DatasetRequest opened, long sequence, CollectionExportOrder order, DatasetReader reader, DocumentScreen screen)
    : IRowSource
{
    /// <summary>Documents as they are, with their vectors and all, for who looks for something in them.</summary>
    public bool IsWhole { get; init; }

    public IReadOnlyList<FieldPath>? Fields => IsWhole ? null : order.Fields?.Paths;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = order.SampleSize ?? int.MaxValue;
        var reduced = new ArrayBufferWriter<byte>();
        var removal = new FieldRemoval(order.VectorField);
        await foreach (var batch in reader.ReadAsync(opened.Dataset, sequence, null, cancellationToken))
        {
            var allowed = await AllowedAsync(batch, cancellationToken);
            for (var index = 0; index < batch.Count; index++)
            {
                var line = batch[index];
                if (!IsSelected(line, allowed))
                {
                    continue;
                }

                yield return Reduce(line.Json, removal, reduced);
                if (--left == 0)
                {
                    yield break;
                }
            }
        }
    }

    private ReadOnlyMemory<byte> Reduce(
        ReadOnlyMemory<byte> document, FieldRemoval removal, ArrayBufferWriter<byte> reduced)
    {
        if (IsWhole || (order.Fields is null && !removal.Concerns(document.Span)))
        {
            return document;
        }

        reduced.ResetWrittenCount();
        if (order.Fields is { } fields)
        {
            fields.Write(document.Span, reduced);
        }
        else
        {
            removal.Write(document.Span, reduced);
        }

        return reduced.WrittenMemory;
    }

    private bool IsSelected(DocumentLine line, HashSet<DocumentId>? allowed)
    {
        var id = line.IdBytes;
        if (!order.IncludesDrafts && (id.StartsWith("drafts."u8) || id.StartsWith("versions."u8)))
        {
            return false;
        }

        return (order.Types is null || (line.Type is { } type && order.Types.Contains(type)))
            && (opened.Access.ReadsEverything || (allowed?.Contains(line.Id) ?? CanRead(line)))
            && (order.Filter is null || order.Filter.Matches(line.Json.Span));
    }

    private bool CanRead(DocumentLine line) => opened.Access.CanRead(line.Id)
        || (opened.Access.ReadsByContent && opened.Access.CanRead(line.Id, new GroqDocument(line.Json)));

    /// <summary>What may be seen of the past can depend on what the documents are like today.</summary>
    private async ValueTask<HashSet<DocumentId>?> AllowedAsync(DocumentBatch batch, CancellationToken cancellationToken)
    {
        return order.AsOf.IsNow || !opened.Access.ReadsByContent
            ? null
            : await screen.AllowedAsync(
                opened.Dataset,
                opened.Access,
                DocumentAccess.ReadPast,
                [.. Enumerable.Range(0, batch.Count).Select(index => batch[index].Id)],
                cancellationToken);
    }
}
