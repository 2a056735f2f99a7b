using System.Text;

namespace EventStore.Parquet.Tests.Reading;

/// <summary>Reads Thrift's compact protocol: structs as dictionaries by field number, numbers as long.</summary>
internal sealed class CompactReader(byte[] bytes, int position)
{
    public int Position { get; private set; } = position;

    public Dictionary<int, object> Struct()
    {
        var fields = new Dictionary<int, object>();
        var number = 0;
        while (true)
        {
            var header = bytes[Position++];
            if (header == 0)
            {
                return fields;
            }

            number = header >> 4 == 0 ? (int)Signed() : number + (header >> 4);
            fields.Add(number, Value(header & 15));
        }
    }

    private object Value(int type) => type switch
    {
        1 => true,
        2 => false,
        3 => (long)(sbyte)bytes[Position++],
        4 or 5 or 6 => Signed(),
        8 => Binary(),
        9 or 10 => List(),
        12 => Struct(),
        _ => throw new FormatException($"Type {type}"),
    };

    private List<object> List()
    {
        var header = bytes[Position++];
        var count = header >> 4 == 15 ? (int)Unsigned() : header >> 4;
        return [.. Enumerable.Range(0, count).Select(_ => Value(header & 15))];
    }

    private byte[] Binary()
    {
        var length = (int)Unsigned();
        Position += length;
        return bytes[(Position - length)..Position];
    }

    private long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[Position++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }

    public static string Text(object value) => Encoding.UTF8.GetString((byte[])value);
}
