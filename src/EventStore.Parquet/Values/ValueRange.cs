using System.Buffers.Binary;

namespace EventStore.Parquet.Values;

/// <summary>
/// The smallest and the largest of some values, for the statistics of a column: in the order of numbers, or of bytes.
/// </summary>
internal sealed class ValueRange(ParquetType type)
{
    /// <summary>Texts longer than this are left out of statistics: shortened ones would be taken for values.</summary>
    private const int MaxTextBytes = 64;

    private readonly ByteBuffer _min = new();
    private readonly ByteBuffer _max = new();
    private bool _hasValue;

    /// <summary>Whether there is a range to tell of.</summary>
    public bool IsKnown => _hasValue && _min.Length <= MaxTextBytes && _max.Length <= MaxTextBytes;

    /// <summary>The smallest value, as it is stored.</summary>
    public ReadOnlySpan<byte> Min => _min.Written;

    /// <summary>The largest value, as it is stored.</summary>
    public ReadOnlySpan<byte> Max => _max.Written;

    /// <summary>Makes the range larger where a value lies outside. What is not a number lies nowhere.</summary>
    public void Include(ReadOnlySpan<byte> value)
    {
        if (IsNotANumber(value))
        {
            return;
        }

        if (!_hasValue || Compare(value, Min) < 0)
        {
            Set(_min, value);
        }

        if (!_hasValue || Compare(value, Max) > 0)
        {
            Set(_max, value);
        }

        _hasValue = true;
    }

    /// <summary>Zero is told with the sign that includes both zeros, as the format asks.</summary>
    public void Seal()
    {
        if (_hasValue && type == ParquetType.Double)
        {
            SetZero(_min, -0.0);
            SetZero(_max, 0.0);
        }
        else if (_hasValue && type == ParquetType.Float)
        {
            SetZero(_min, -0.0f);
            SetZero(_max, 0.0f);
        }
    }

    private static void Set(ByteBuffer target, ReadOnlySpan<byte> value)
    {
        target.Clear();
        target.Add(value);
    }

    private static void SetZero(ByteBuffer target, double zero)
    {
        if (BinaryPrimitives.ReadDoubleLittleEndian(target.Written) == 0)
        {
            Span<byte> bytes = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, zero);
            Set(target, bytes);
        }
    }

    private static void SetZero(ByteBuffer target, float zero)
    {
        if (BinaryPrimitives.ReadSingleLittleEndian(target.Written) == 0)
        {
            Span<byte> bytes = stackalloc byte[sizeof(float)];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, zero);
            Set(target, bytes);
        }
    }

    private bool IsNotANumber(ReadOnlySpan<byte> value) =>
        (type == ParquetType.Double && double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(value)))
        || (type == ParquetType.Float && float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(value)));

    private int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => type switch
    {
        ParquetType.Int64 or ParquetType.Timestamp => BinaryPrimitives.ReadInt64LittleEndian(left)
            .CompareTo(BinaryPrimitives.ReadInt64LittleEndian(right)),
        ParquetType.Double => BinaryPrimitives.ReadDoubleLittleEndian(left)
            .CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(right)),
        ParquetType.Float => BinaryPrimitives.ReadSingleLittleEndian(left)
            .CompareTo(BinaryPrimitives.ReadSingleLittleEndian(right)),
        _ => left.SequenceCompareTo(right),
    };
}
