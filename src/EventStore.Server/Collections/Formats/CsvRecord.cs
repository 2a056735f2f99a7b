using EventStore.Log.Documents;
using EventStore.Server.Collections.Fields;
using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>Finds the fields of a record in a document: structs are taken apart, all else is one field.</summary>
internal sealed class CsvRecord
{
    private readonly List<(string Name, bool IsJson)> _fields = [];
    private readonly IReadOnlyList<Place> _places;
    private readonly Range[] _values;

    public CsvRecord(TableSchema schema)
    {
        var places = new Dictionary<TableColumn, Place>(ReferenceEqualityComparer.Instance);
        foreach (var column in schema.InOrder)
        {
            places.Add(column, Add(column, string.Empty));
        }

        _places = [.. schema.ByKey.Select(column => places[column])];
        _values = new Range[_fields.Count];
    }

    /// <summary>How many fields a record has.</summary>
    public int Count => _fields.Count;

    /// <summary>The header.</summary>
    public IEnumerable<string> Names => _fields.Select(entry => entry.Name);

    /// <summary>Where a field's value is in the document that was read last; empty when it has none.</summary>
    public Range this[int index] => _values[index];

    /// <summary>Whether a field holds JSON, so that its texts keep their quotes.</summary>
    public bool IsJson(int index) => _fields[index].IsJson;

    /// <summary>Finds the values of a document.</summary>
    /// <exception cref="RowsChangedException">It has a field that there was not before.</exception>
    public void Read(ReadOnlySpan<byte> document)
    {
        Array.Clear(_values);
        Read(document, 0, _places);
    }

    private void Read(ReadOnlySpan<byte> value, int offset, IReadOnlyList<Place> places)
    {
        var next = 0;
        var members = new MemberReader(value);
        while (members.Read())
        {
            while (next < places.Count && !members.Key.SequenceEqual(places[next].Key))
            {
                next++;
            }

            if (next == places.Count)
            {
                throw new RowsChangedException();
            }

            var found = places[next++];
            if (value[members.ValueStart] == 'n')
            {
                continue;
            }

            if (found.Fields.Count > 0)
            {
                Read(members.Value, offset + members.ValueStart, found.Fields);
            }
            else
            {
                _values[found.Index] = (offset + members.ValueStart)..(offset + members.ValueEnd);
            }
        }
    }

    private Place Add(TableColumn column, string prefix)
    {
        var name = prefix + FieldPath.Escape(column.Name);
        if (column.Type == ColumnType.Struct)
        {
            return new(column.Key, -1, [.. column.Fields.Select(field => Add(field, name + "."))]);
        }

        _fields.Add((name, column.Type is ColumnType.Json or ColumnType.List or ColumnType.Vector));
        return new(column.Key, _fields.Count - 1, []);
    }

    /// <summary>Where a key leads: to a field of the record, or to further keys.</summary>
    private sealed record Place(byte[] Key, int Index, IReadOnlyList<Place> Fields);
}
