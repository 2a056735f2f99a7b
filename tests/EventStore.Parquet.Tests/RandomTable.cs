using System.Text;

namespace EventStore.Parquet.Tests;

/// <summary>Random schemas, and rows for them.</summary>
internal sealed class RandomTable(int seed)
{
    private readonly Random _random = new(seed);

    public int Next(int limit) => _random.Next(limit);

    public IReadOnlyList<ParquetField> Schema() => [.. Enumerable.Range(0, Next(7) + 1).Select(index => Field($"c{index}", 0))];

    public ParquetOptions Options() => new()
    {
        Compression = Next(2) == 0 ? ParquetCompression.None : ParquetCompression.Gzip,
        RowGroupBytes = Next(2) == 0 ? 10_000 : 1 << 25,
        RowGroupRows = Next(3) == 0 ? 37 : 1 << 20,
        PageBytes = Next(2) == 0 ? 300 : 1 << 20,
        PageValues = Next(2) == 0 ? 30 : 1 << 17,
        Threads = Next(3) + 1,
    };

    /// <summary>Writes a random row.</summary>
    /// <returns>What was written.</returns>
    public Dictionary<string, object?> Write(IReadOnlyList<ParquetField> fields, IReadOnlyList<ParquetColumn> columns, ParquetPosition position) =>
        fields.Zip(columns).ToDictionary(pair => pair.First.Name, pair => Write(pair.First, pair.Second, position));

    private object? Write(ParquetField field, ParquetColumn column, ParquetPosition position)
    {
        if (field.IsNullable && Next(3) == 0)
        {
            column.AddNull(position);
            return null;
        }

        switch (column)
        {
            case ParquetStructColumn group:
                return Write(((ParquetStructField)field).Fields, group.Fields, group.Enter(position));
            case ParquetListColumn list:
                var elements = new List<object?>();
                for (var count = Next(4); count > 0; count--)
                {
                    var place = elements.Count == 0 ? list.First(position) : list.Next;
                    elements.Add(Write(((ParquetListField)field).Element, list.Element, place));
                }

                if (elements.Count == 0)
                {
                    list.AddEmpty(position);
                }

                return elements;
            default:
                return WriteValue((ParquetValueColumn)column, position);
        }
    }

    private object WriteValue(ParquetValueColumn column, ParquetPosition position)
    {
        switch (column.Type)
        {
            case ParquetType.Boolean:
                var flag = Next(2) == 0;
                column.AddBoolean(position, flag);
                return flag;
            case ParquetType.Int64 or ParquetType.Timestamp:
                var whole = Next(3) == 0 ? _random.NextInt64(long.MinValue, long.MaxValue) : Next(5) - 2;
                column.AddInt64(position, whole);
                return whole;
            case ParquetType.Double:
                var number = Next(3) == 0 ? (_random.NextDouble() - 0.5) * 1e300 : (Next(5) - 2) * 0.5;
                column.AddDouble(position, number);
                return number;
            case ParquetType.Float:
                var single = _random.NextSingle();
                column.AddFloat(position, single);
                return single;
            default:
                var text = Next(5) switch
                {
                    0 => "",
                    1 => $"é漢😀{Next(3)}",
                    2 => new string('x', Next(300)),
                    3 => $"v{Next(5)}",
                    _ => $"v{Next(1_000_000)}",
                };
                column.AddUtf8(position, Encoding.UTF8.GetBytes(text));
                return text;
        }
    }

    private ParquetField Field(string name, int depth)
    {
        var isNullable = Next(4) > 0;
        return Next(depth > 3 ? 7 : 11) switch
        {
            < 7 and var type => new ParquetValueField(name, (ParquetType)type, isNullable),
            < 9 => new ParquetStructField(
                name, [.. Enumerable.Range(0, Next(3) + 1).Select(index => Field($"f{index}", depth + 1))], isNullable),
            _ => new ParquetListField(name, Field("element", depth + 1), isNullable),
        };
    }
}
