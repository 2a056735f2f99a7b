using System.Buffers;
using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Server.Collections.Fields;
using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections;

/// <summary>The vectors in documents, one a row, each with the id of its document.</summary>
/// <param name="documents">The documents as they are.</param>
/// <param name="field">Where their vectors are: one, or several in an array.</param>
internal sealed class VectorRows(IRowSource documents, FieldPath field) : IRowSource
{
    public static readonly TableSchema Schema =
        TableSchema.Of(TableColumn.Text(FieldPath.IdAlias), TableColumn.Vector("vector"));

    public IReadOnlyList<FieldPath>? Fields => null;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new ArrayBufferWriter<byte>();
        var ends = new List<int>();
        await foreach (var document in documents.ReadAsync(cancellationToken))
        {
            rows.ResetWrittenCount();
            ends.Clear();
            Collect(document.Span, rows, ends);
            for (var index = 0; index < ends.Count; index++)
            {
                yield return rows.WrittenMemory[(index == 0 ? 0 : ends[index - 1])..ends[index]];
            }
        }
    }

    private void Collect(ReadOnlySpan<byte> document, ArrayBufferWriter<byte> rows, List<int> ends)
    {
        var id = DocumentContent.TryReadValue(document, "_id"u8, out var found) ? found.ToArray() : "null"u8.ToArray();
        FieldValues.Any(document, field, value =>
        {
            if (IsVector(value))
            {
                Add(value);
                return false;
            }

            if (value[0] == '[')
            {
                var elements = new ElementReader(value);
                while (elements.Read())
                {
                    if (IsVector(value[elements.Start..elements.End]))
                    {
                        Add(value[elements.Start..elements.End]);
                    }
                }
            }

            return false;
        });

        void Add(ReadOnlySpan<byte> vector)
        {
            rows.Write("{\"document_id\":"u8);
            rows.Write(id);
            rows.Write(",\"vector\":"u8);
            rows.Write(vector);
            rows.Write("}"u8);
            ends.Add(rows.WrittenCount);
        }
    }

    /// <summary>An array of numbers, at least one.</summary>
    private static bool IsVector(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'[', not (byte)']', ..])
        {
            return false;
        }

        return value[1..^1].IndexOfAnyExcept(NumbersAndCommas) < 0;
    }

    private static readonly SearchValues<byte> NumbersAndCommas = SearchValues.Create("0123456789+-.eE,"u8);
}
