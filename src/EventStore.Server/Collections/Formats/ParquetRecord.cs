using System.Buffers.Text;
using EventStore.Log.Documents;
using EventStore.Parquet;
using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>Takes documents apart into the columns of a Parquet file. Members and columns are sorted alike, so each
/// document is one merge.</summary>
internal sealed class ParquetRecord
{
    private readonly Node[] _nodes;
    private readonly StringText _texts = new();

    /// <param name="columns">The columns in the order of their keys, each with the one that is written.</param>
    public ParquetRecord(IReadOnlyList<(TableColumn Column, ParquetColumn Target)> columns) =>
        _nodes = [.. columns.Select(pair => Node.Of(pair.Column, pair.Target))];

    /// <summary>Adds a document.</summary>
    /// <exception cref="RowsChangedException">It does not fit the columns.</exception>
    public void Write(ReadOnlySpan<byte> document, ParquetPosition row) => WriteObject(_nodes, document, row);

    private void WriteObject(Node[] nodes, ReadOnlySpan<byte> value, ParquetPosition position)
    {
        var next = 0;
        var members = new MemberReader(value);
        while (members.Read())
        {
            while (next < nodes.Length && !members.Key.SequenceEqual(nodes[next].Column.Key))
            {
                nodes[next++].Target.AddNull(position);
            }

            if (next == nodes.Length)
            {
                throw new RowsChangedException();
            }

            Write(nodes[next++], members.Value, position);
        }

        while (next < nodes.Length)
        {
            nodes[next++].Target.AddNull(position);
        }
    }

    private void Write(Node node, ReadOnlySpan<byte> value, ParquetPosition position)
    {
        if (value[0] == 'n')
        {
            node.Target.AddNull(position);
            return;
        }

        switch (node.Column.Type)
        {
            case ColumnType.Struct:
                Require(value[0] == '{');
                WriteObject(node.Children, value, ((ParquetStructColumn)node.Target).Enter(position));
                break;
            case ColumnType.List or ColumnType.Vector:
                Require(value[0] == '[');
                WriteList(node.Children[0], value, (ParquetListColumn)node.Target, position);
                break;
            default:
                WriteValue(node.Column.Type, (ParquetValueColumn)node.Target, value, position);
                break;
        }
    }

    private void WriteList(Node element, ReadOnlySpan<byte> value, ParquetListColumn target, ParquetPosition position)
    {
        var elements = new ElementReader(value);
        if (!elements.Read())
        {
            target.AddEmpty(position);
            return;
        }

        position = target.First(position);
        do
        {
            Write(element, value[elements.Start..elements.End], position);
            position = target.Next;
        }
        while (elements.Read());
    }

    private void WriteValue(
        ColumnType type, ParquetValueColumn target, ReadOnlySpan<byte> value, ParquetPosition position)
    {
        switch (type)
        {
            case ColumnType.Json:
                target.AddUtf8(position, value);
                break;
            case ColumnType.Text:
                Require(value[0] == '"');
                target.AddUtf8(position, _texts.Read(value));
                break;
            case ColumnType.Boolean:
                Require(value[0] is (byte)'t' or (byte)'f');
                target.AddBoolean(position, value[0] == 't');
                break;
            case ColumnType.Instant:
                Require(ValueKind.TryReadInstant(value, out var microseconds));
                target.AddInt64(position, microseconds);
                break;
            case ColumnType.Integer:
                Require(Utf8Parser.TryParse(value, out long whole, out var length) && length == value.Length);
                target.AddInt64(position, whole);
                break;
            default:
                Require(Utf8Parser.TryParse(value, out double number, out _));
                if (target.Type == ParquetType.Float)
                {
                    target.AddFloat(position, (float)number);
                }
                else
                {
                    target.AddDouble(position, number);
                }

                break;
        }
    }

    private static void Require(bool isAsBefore)
    {
        if (!isAsBefore)
        {
            throw new RowsChangedException();
        }
    }

    /// <summary>A column with what is in it.</summary>
    private sealed record Node(TableColumn Column, ParquetColumn Target, Node[] Children)
    {
        private static readonly TableColumn VectorElement = new([], "element", ColumnType.Double);

        public static Node Of(TableColumn column, ParquetColumn target) => new(column, target, column.Type switch
        {
            ColumnType.Struct => [.. column.Fields.Zip(
                ((ParquetStructColumn)target).Fields, static (field, inner) => Of(field, inner))],
            ColumnType.List => [Of(column.Element!, ((ParquetListColumn)target).Element)],
            ColumnType.Vector => [Of(VectorElement, ((ParquetListColumn)target).Element)],
            _ => [],
        });
    }
}
