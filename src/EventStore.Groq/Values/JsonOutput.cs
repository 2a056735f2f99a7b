using System.Buffers;
using System.Buffers.Text;

namespace EventStore.Groq.Values;

/// <summary>Writes values as JSON, copying ranges of documents as they stand.</summary>
internal sealed class JsonOutput(IBufferWriter<byte> writer, long maxBytes)
{
    private const int Chunk = 16 * 1024;
    private byte[] buffer = new byte[Chunk];
    private int used;
    private long flushed;

    public void Write(in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                Raw("null"u8);
                break;
            case ValueKind.Boolean:
                Raw(value.IsTrue ? "true"u8 : "false"u8);
                break;
            case ValueKind.Number:
                Span<byte> spelling = stackalloc byte[NumberFormat.MaxLength];
                Raw(spelling[..NumberFormat.Write(value.ToDouble(), spelling)]);
                break;
            case ValueKind.NumberText or ValueKind.ArrayText or ValueKind.ObjectText:
                Raw(value.Span);
                break;
            case ValueKind.String:
                String(value.Span);
                break;
            case ValueKind.EscapedString:
                Raw((byte)'"');
                Raw(value.Span);
                Raw((byte)'"');
                break;
            case ValueKind.Array:
                WriteArray(value.Items);
                break;
            case ValueKind.Object:
                WriteObject(value.Fields);
                break;
            case ValueKind.DateTime:
                String(DateTimeFormat.Write(value.Ticks));
                break;
            default:
                String(System.Text.Encoding.UTF8.GetBytes(value.Path.Pattern));
                break;
        }
    }

    public void String(ReadOnlySpan<byte> utf8)
    {
        Raw((byte)'"');
        while (true)
        {
            int stop = utf8.IndexOfAny(JsonStrings.Escaped);
            if (stop < 0)
            {
                break;
            }
            Raw(utf8[..stop]);
            Escape(utf8[stop]);
            utf8 = utf8[(stop + 1)..];
        }
        Raw(utf8);
        Raw((byte)'"');
    }

    public void Raw(byte value)
    {
        if (used == buffer.Length)
        {
            Flush();
        }
        buffer[used++] = value;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > buffer.Length - used)
        {
            int fits = buffer.Length - used;
            bytes[..fits].CopyTo(buffer.AsSpan(used));
            used += fits;
            bytes = bytes[fits..];
            Flush();
        }
        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    /// <summary>Hands everything written so far to the caller's writer.</summary>
    public void Flush()
    {
        flushed += used;
        if (flushed > maxBytes)
        {
            throw new GroqEvaluationException(
                GroqEvaluationError.ResultTooLarge, $"The result is larger than {maxBytes} bytes.");
        }
        writer.Write(buffer.AsSpan(0, used));
        used = 0;
    }

    private void WriteArray(Value[] items)
    {
        Raw((byte)'[');
        for (int i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                Raw((byte)',');
            }
            Write(items[i]);
        }
        Raw((byte)']');
    }

    private void WriteObject(ObjectValue fields)
    {
        Raw((byte)'{');
        for (int i = 0; i < fields.Count; i++)
        {
            if (i > 0)
            {
                Raw((byte)',');
            }
            Write(fields.Key(i));
            Raw((byte)':');
            Write(fields[i]);
        }
        Raw((byte)'}');
    }

    private void Escape(byte value)
    {
        byte shorthand = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };
        Raw((byte)'\\');
        if (shorthand != 0)
        {
            Raw(shorthand);
            return;
        }
        Span<byte> hex = stackalloc byte[2];
        Utf8Formatter.TryFormat(value, hex, out _, new StandardFormat('x', 2));
        Raw("u00"u8);
        Raw(hex);
    }
}
