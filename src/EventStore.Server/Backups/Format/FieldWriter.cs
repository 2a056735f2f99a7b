using System.Buffers;
using System.Text;

namespace EventStore.Server.Backups.Format;

/// <summary>Writes the fields of a part: numbers seven bits a byte and low bits first, texts behind their
/// lengths.</summary>
internal sealed class FieldWriter
{
    private const int NumberBytes = 10;

    private readonly ArrayBufferWriter<byte> _output = new();

    public int Length => _output.WrittenCount;

    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    public void Number(long value)
    {
        var bytes = _output.GetSpan(NumberBytes);
        var rest = (ulong)value;
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes[length++] = (byte)(rest | 0x80);
        }

        bytes[length++] = (byte)rest;
        _output.Advance(length);
    }

    /// <summary>Bytes whose length the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Raw(bytes);
    }

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));
}
