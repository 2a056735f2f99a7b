using System.Buffers;
using System.Text.Json;
using EventStore.Mendoza;

namespace EventStore.Cli.Patches;

/// <summary>What one of the <c>mendoza</c> verbs does with a line.</summary>
internal abstract class LineOperation
{
    // The line itself is one level, and a patch another one around a document.
    private static readonly JsonReaderOptions LineFormat = new() { MaxDepth = JsonLimits.DefaultMaxDepth + 2 };

    /// <summary>Writes the answer to a line, without its end; false when the line was not good.</summary>
    public bool Answer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output)
    {
        var answer = new ArrayBufferWriter<byte>();
        if (!TryAnswer(line, answer, out var error))
        {
            return Refuse(output, error);
        }

        output.Write(answer.WrittenSpan);
        return true;
    }

    /// <summary>Writes the answer to a line that is not good; always false.</summary>
    public virtual bool Refuse(IBufferWriter<byte> output, LineError error)
    {
        output.Write("{\"error\":"u8);
        error.WriteTo(output);
        output.Write("}"u8);
        return false;
    }

    protected abstract bool TryAnswer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output, out LineError error);

    /// <summary>Finds the values of the named fields of the object in a line; other fields are passed over.</summary>
    protected static bool TryReadFields(
        ReadOnlyMemory<byte> line, ReadOnlySpan<string> names, Span<ReadOnlyMemory<byte>> values, out LineError error)
    {
        try
        {
            error = default;
            var reader = new Utf8JsonReader(line.Span, LineFormat);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = LineError.OfLine("the line is not a JSON object");
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOfName(ref reader, names);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (index < 0)
                {
                    continue;
                }

                if (!values[index].IsEmpty)
                {
                    error = LineError.OfLine($"\"{names[index]}\" occurs twice");
                    return false;
                }

                values[index] = line[start..(int)reader.BytesConsumed];
            }

            // Nothing but white space may follow the object: the reader throws otherwise.
            reader.Read();
        }
        catch (JsonException failure)
        {
            error = LineError.OfLine($"the line is not JSON (at byte {failure.BytePositionInLine})");
            return false;
        }

        for (var index = 0; index < names.Length; index++)
        {
            if (values[index].IsEmpty)
            {
                error = LineError.OfLine($"\"{names[index]}\" is missing");
                return false;
            }
        }

        return true;
    }

    /// <summary>Brings a document into the form that patches are made and applied in.</summary>
    protected static bool TryCanonicalize(
        string field, ReadOnlyMemory<byte> json, out byte[] canonical, out LineError error)
    {
        try
        {
            canonical = CanonicalJson.Canonicalize(json.Span, JsonLimits.Default);
            error = default;
            return true;
        }
        catch (JsonFormatException failure)
        {
            canonical = [];
            error = LineError.OfDocument(field, failure);
            return false;
        }
    }

    private static int IndexOfName(ref Utf8JsonReader reader, ReadOnlySpan<string> names)
    {
        for (var index = 0; index < names.Length; index++)
        {
            if (reader.ValueTextEquals(names[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
