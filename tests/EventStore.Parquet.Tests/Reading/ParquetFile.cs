using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace EventStore.Parquet.Tests.Reading;

/// <summary>
/// A plain reader, written after the format's description: rows as dictionaries, lists, numbers, booleans and texts.
/// </summary>
internal sealed class ParquetFile
{
    private readonly byte[] _bytes;

    public ParquetFile(byte[] bytes)
    {
        _bytes = bytes;
        bytes[..4].ShouldBe("PAR1"u8.ToArray());
        bytes[^4..].ShouldBe("PAR1"u8.ToArray());
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8));
        Footer = new CompactReader(bytes, bytes.Length - 8 - length).Struct();
        Schema = SchemaNode.Read((List<object>)Footer[2]);
    }

    public Dictionary<int, object> Footer { get; }

    public SchemaNode Schema { get; }

    public IEnumerable<Dictionary<int, object>> Groups => ((List<object>)Footer[4]).Cast<Dictionary<int, object>>();

    /// <summary>What the footer says of the column chunks of a group.</summary>
    public static IEnumerable<Dictionary<int, object>> Chunks(Dictionary<int, object> group) =>
        ((List<object>)group[1]).Select(chunk => (Dictionary<int, object>)((Dictionary<int, object>)chunk)[3]);

    public List<object?> Rows()
    {
        var rows = new List<object?>();
        foreach (var group in Groups)
        {
            var columns = Schema.Leaves.Zip(Chunks(group)).ToDictionary(pair => pair.First, pair => ByRow(Read(pair.Second, pair.First)));
            columns.Values.ShouldAllBe(column => column.Count == (long)group[3]);
            for (var row = 0; row < (long)group[3]; row++)
            {
                rows.Add(Struct(Schema, columns.ToDictionary(column => column.Key, column => column.Value[row])));
            }
        }

        rows.Count.ShouldBe((int)(long)Footer[3]);
        return rows;
    }

    /// <summary>The values of a column, nulls among them.</summary>
    public List<Entry> Read(Dictionary<int, object> chunk, SchemaNode leaf)
    {
        CompactReader.Text(((List<object>)chunk[3])[^1]).ShouldBe(leaf.Name);
        var position = (int)(chunk.TryGetValue(11, out var dictionaryOffset) ? (long)dictionaryOffset : (long)chunk[9]);
        var end = position + (long)chunk[7];
        List<object>? dictionary = null;
        var entries = new List<Entry>();
        while (position < end)
        {
            var reader = new CompactReader(_bytes, position);
            var header = reader.Struct();
            var body = _bytes[reader.Position..(reader.Position + (int)(long)header[3])];
            position = reader.Position + body.Length;
            body = (long)chunk[4] == 2 ? Unzip(body) : body;
            body.Length.ShouldBe((int)(long)header[2]);
            if ((long)header[1] == 2)
            {
                dictionary = Plain(body, (long)((Dictionary<int, object>)header[7])[1], leaf);
                continue;
            }

            var about = (Dictionary<int, object>)header[5];
            entries.AddRange(Page(body, (int)(long)about[1], (long)about[2] == 8 ? dictionary : null, leaf));
            entries[^(int)(long)about[1]].Repetition.ShouldBe(0, "pages begin with rows");
        }

        entries.Count.ShouldBe((int)(long)chunk[5]);
        return entries;
    }

    private static List<Entry> Page(byte[] body, int count, List<object>? dictionary, SchemaNode leaf)
    {
        var start = 0;
        var repetitions = Levels(body, count, leaf.Repetition, ref start);
        var definitions = Levels(body, count, leaf.Definition, ref start);
        var present = definitions.Count(level => level == leaf.Definition);
        var values = dictionary is null
            ? Plain(body[start..], present, leaf)
            : Hybrid(body[(start + 1)..], present, body[start]).Select(index => dictionary[index]).ToList();
        var next = 0;
        return [.. Enumerable.Range(0, count).Select(index => new Entry(
            repetitions[index], definitions[index], definitions[index] == leaf.Definition ? values[next++] : null))];
    }

    private static int[] Levels(byte[] body, int count, int max, ref int start)
    {
        if (max == 0)
        {
            return new int[count];
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(start));
        start += 4 + length;
        return Hybrid(body[(start - length)..start], count, 32 - BitOperations.LeadingZeroCount((uint)max));
    }

    private static int[] Hybrid(byte[] bytes, int count, int width)
    {
        var values = new List<int>();
        var position = 0;
        while (values.Count < count)
        {
            var header = 0;
            for (var shift = 0; ; shift += 7)
            {
                header |= (bytes[position] & 127) << shift;
                if (bytes[position++] < 128)
                {
                    break;
                }
            }

            if ((header & 1) == 0)
            {
                var value = 0;
                for (var bits = 0; bits < width; bits += 8)
                {
                    value |= bytes[position++] << bits;
                }

                values.AddRange(Enumerable.Repeat(value, header >> 1));
                continue;
            }

            for (var index = 0; index < (header >> 1) * 8; index++)
            {
                var value = 0;
                for (var bit = 0; bit < width; bit++)
                {
                    var place = (index * width) + bit;
                    value |= (bytes[position + (place / 8)] >> (place % 8) & 1) << bit;
                }

                values.Add(value);
            }

            position += (header >> 1) * width;
        }

        return [.. values.Take(count)];
    }

    private static List<object> Plain(byte[] bytes, long count, SchemaNode leaf)
    {
        var values = new List<object>();
        var position = 0;
        for (var index = 0; index < count; index++)
        {
            switch (leaf.Type)
            {
                case 0:
                    values.Add((bytes[index / 8] >> (index % 8) & 1) == 1);
                    break;
                case 2:
                    values.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * index)));
                    break;
                case 4:
                    values.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * index)));
                    break;
                case 5:
                    values.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * index)));
                    break;
                default:
                    var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(position));
                    values.Add(Encoding.UTF8.GetString(bytes, position + 4, length));
                    position += 4 + length;
                    break;
            }
        }

        return values;
    }

    private static List<List<Entry>> ByRow(List<Entry> entries) => Split(entries, 0);

    /// <summary>Entries apart wherever one of a repetition level begins anew.</summary>
    private static List<List<Entry>> Split(List<Entry> entries, int level)
    {
        var parts = new List<List<Entry>>();
        foreach (var entry in entries)
        {
            if (parts.Count == 0 || entry.Repetition <= level)
            {
                parts.Add([]);
            }

            parts[^1].Add(entry);
        }

        return parts;
    }

    private static object? Value(SchemaNode node, Dictionary<SchemaNode, List<Entry>> columns)
    {
        var first = columns[node.Leaves.First()][0];
        if (first.Definition < node.Definition)
        {
            return null;
        }

        if (node.Type is not null)
        {
            return columns[node].ShouldHaveSingleItem().Value;
        }

        if (!node.IsList)
        {
            return Struct(node, columns);
        }

        var repeated = node.Children.ShouldHaveSingleItem();
        if (first.Definition < repeated.Definition)
        {
            return new List<object?>();
        }

        var parts = node.Leaves.ToDictionary(leaf => leaf, leaf => Split(columns[leaf], repeated.Repetition));
        return Enumerable.Range(0, parts.Values.First().Count)
            .Select(index => Value(repeated.Children.ShouldHaveSingleItem(), parts.ToDictionary(part => part.Key, part => part.Value[index])))
            .ToList();
    }

    private static Dictionary<string, object?> Struct(SchemaNode node, Dictionary<SchemaNode, List<Entry>> columns) =>
        node.Children.ToDictionary(child => child.Name, child => Value(child, columns));

    private static byte[] Unzip(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>A value with its levels; the value is null where there is none.</summary>
    public sealed record Entry(int Repetition, int Definition, object? Value);
}
