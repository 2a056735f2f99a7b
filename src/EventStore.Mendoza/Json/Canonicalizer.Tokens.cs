using System.Buffers;

namespace EventStore.Mendoza.Json;

// Scalars and white space, and what of them is copied.
internal ref partial struct Canonicalizer
{
    /// <summary>Reads a string from its opening quote to behind its closing one. True when it held an escape.</summary>
    private bool ReadString()
    {
        position++;
        bool escaped = false;
        while (true)
        {
            int plain = input[position..].IndexOfAny(JsonText.Stops);
            if (plain < 0)
            {
                position = input.Length;
                throw Fault(JsonFault.Syntax);
            }
            position += plain;
            byte stop = input[position];
            if (stop == '"')
            {
                position++;
                return escaped;
            }
            if (stop != '\\')
            {
                throw Fault(JsonFault.Syntax);
            }
            escaped = true;
            ReadEscape();
        }
    }

    private void ReadEscape()
    {
        Span<byte> spelling = stackalloc byte[JsonText.MaxEscapedLength];
        int read = JsonText.ReadEscape(input[position..], spelling, out int length);
        if (read <= 0)
        {
            throw Fault(read < 0 ? JsonFault.LoneSurrogate : JsonFault.Syntax);
        }
        if (read != length || !input.Slice(position, read).SequenceEqual(spelling[..length]))
        {
            Flush(position);
            spelling[..length].CopyTo(buffer.AsSpan(written));
            written += length;
            copyFrom = position + read;
            respelled = true;
        }
        position += read;
    }

    private void ReadNumber()
    {
        int length = JsonNumber.Measure(input[position..], out bool hasExponent);
        if (length < 0)
        {
            position += ~length;
            throw Fault(JsonFault.Syntax);
        }
        if (length > limits.MaxNumberLength)
        {
            throw Fault(JsonFault.NumberTooLong);
        }
        if (!JsonNumber.IsFinite(input.Slice(position, length), hasExponent))
        {
            throw Fault(JsonFault.NumberOutOfRange);
        }
        position += length;
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal)
    {
        if (!input[position..].StartsWith(literal))
        {
            throw Fault(JsonFault.Syntax);
        }
        position += literal.Length;
    }

    private void SkipWhiteSpace()
    {
        if (position < input.Length && input[position] > ' ')
        {
            return;
        }
        int start = position;
        while (position < input.Length && input[position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            position++;
        }
        if (position > start)
        {
            int end = position;
            Flush(start);
            copyFrom = end;
            respelled = true;
        }
    }

    /// <summary>Copies what is pending of the input, up to the given offset, into the normalised text.</summary>
    private void Flush(int end)
    {
        buffer ??= input.Length <= LongestRented
            ? ArrayPool<byte>.Shared.Rent(input.Length)
            : GC.AllocateUninitializedArray<byte>(input.Length);
        input[copyFrom..end].CopyTo(buffer.AsSpan(written));
        written += end - copyFrom;
        copyFrom = end;
    }
}
