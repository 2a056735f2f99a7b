using System.Text;
using EventStore.Parquet.Values;

namespace EventStore.Parquet.Thrift;

/// <summary>
/// Writes structs in Thrift's compact protocol, which headers and the footer are in. Fields are written by ascending
/// number.
/// </summary>
internal sealed class CompactWriter(ByteBuffer output)
{
    private const byte TrueType = 1;
    private const byte FalseType = 2;
    private const byte Int32Type = 5;
    private const byte Int64Type = 6;
    private const byte BinaryType = 8;
    private const byte ListType = 9;
    private const byte StructType = 12;
    private const int LongList = 15;

    private readonly Stack<int> _outer = new();
    private int _last;

    public void Boolean(int field, bool value) => Field(field, value ? TrueType : FalseType);

    public void Int32(int field, int value)
    {
        Field(field, Int32Type);
        Signed(value);
    }

    public void Int64(int field, long value)
    {
        Field(field, Int64Type);
        Signed(value);
    }

    public void Text(int field, string value)
    {
        Field(field, BinaryType);
        Text(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Field(field, BinaryType);
        Unsigned((ulong)value.Length);
        output.Add(value);
    }

    public void BeginStruct(int field)
    {
        Field(field, StructType);
        Enter();
    }

    public void EndStruct()
    {
        End();
        _last = _outer.Pop();
    }

    /// <summary>A struct without fields, as unions have them for their kinds.</summary>
    public void EmptyStruct(int field)
    {
        BeginStruct(field);
        EndStruct();
    }

    /// <summary>Ends the struct the writer began with.</summary>
    public void End() => output.Add(0);

    public void Int32List(int field, params ReadOnlySpan<int> values)
    {
        List(field, values.Length, Int32Type);
        foreach (var value in values)
        {
            Signed(value);
        }
    }

    public void TextList(int field, IReadOnlyList<string> values)
    {
        List(field, values.Count, BinaryType);
        foreach (var value in values)
        {
            Text(value);
        }
    }

    /// <summary>A list of structs, of which each is written by <paramref name="write"/>.</summary>
    public void StructList<T>(int field, IReadOnlyCollection<T> values, Action<T> write)
    {
        List(field, values.Count, StructType);
        foreach (var value in values)
        {
            Enter();
            write(value);
            EndStruct();
        }
    }

    private void Enter()
    {
        _outer.Push(_last);
        _last = 0;
    }

    private void List(int field, int count, byte type)
    {
        Field(field, ListType);
        if (count < LongList)
        {
            output.Add((byte)((count << 4) | type));
            return;
        }

        output.Add((byte)((LongList << 4) | type));
        Unsigned((ulong)count);
    }

    private void Field(int number, byte type)
    {
        // All structs of the format number their fields so closely that the short form always does.
        output.Add((byte)(((number - _last) << 4) | type));
        _last = number;
    }

    private void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length);
        output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(length)));
    }

    private void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    private void Unsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Add((byte)(value | 0x80));
        }

        output.Add((byte)value);
    }
}
