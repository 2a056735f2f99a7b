using System.Buffers;
using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Mendoza;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections;

/// <summary>The result of a query as rows: an array of objects.</summary>
internal sealed class QueryRows : IRowSource
{
    private readonly ReadOnlyMemory<byte> _result;
    private readonly CollectionExportOrder _order;
    private readonly bool _isWhole;

    /// <param name="result">The result as JSON.</param>
    /// <param name="order">What to export of it.</param>
    /// <exception cref="CollectionRequestException">It is no array of objects.</exception>
    public QueryRows(ReadOnlySpan<byte> result, CollectionExportOrder order)
        : this(CanonicalJson.Canonicalize(result, new()), order, false)
    {
        var elements = _result.Span[0] == '[' ? new ElementReader(_result.Span) : default;
        var isTable = _result.Span[0] == '[';
        while (isTable && elements.Read())
        {
            isTable = _result.Span[elements.Start] == '{';
        }

        if (!isTable)
        {
            throw CollectionRequestException.Of(
                "The query must give an array of objects, which are the rows", "value_error", "groq");
        }
    }

    private QueryRows(ReadOnlyMemory<byte> result, CollectionExportOrder order, bool isWhole)
    {
        _result = result;
        _order = order;
        _isWhole = isWhole;
    }

    public IReadOnlyList<FieldPath>? Fields => _isWhole ? null : _order.Fields?.Paths;

    /// <summary>The rows as they are, with their vectors and all.</summary>
    public QueryRows Whole => new(_result, _order, true);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var left = _order.SampleSize ?? int.MaxValue;
        var reduced = new ArrayBufferWriter<byte>();
        for (var start = 1; start < _result.Length - 1 && left > 0; left--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var element = ElementAt(start);
            start += element.Length + 1;
            if (_isWhole || _order.Fields is not { } fields)
            {
                yield return element;
                continue;
            }

            reduced.ResetWrittenCount();
            fields.Write(element.Span, reduced);
            yield return reduced.WrittenMemory;
        }
    }

    /// <summary>A reader of elements cannot be kept from row to row, so each row begins one of its own.</summary>
    private ReadOnlyMemory<byte> ElementAt(int start)
    {
        var elements = new ElementReader(_result.Span[(start - 1)..]);
        elements.Read();
        return _result[(start - 1 + elements.Start)..(start - 1 + elements.End)];
    }
}
