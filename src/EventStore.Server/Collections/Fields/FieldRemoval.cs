using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Fields;

/// <summary>Leaves one field out of documents.</summary>
internal sealed class FieldRemoval(FieldPath path)
{
    /// <summary>Whether a document has the field.</summary>
    public bool Concerns(ReadOnlySpan<byte> document) => FieldValues.Any(document, path, static _ => true);

    /// <summary>Writes a document without the field.</summary>
    public void Write(ReadOnlySpan<byte> document, IBufferWriter<byte> output) => Write(document, path.Keys, output);

    private static void Write(ReadOnlySpan<byte> value, ReadOnlySpan<byte[]> keys, IBufferWriter<byte> output)
    {
        switch (value[0])
        {
            case (byte)'{':
                WriteObject(value, keys, output);
                break;
            case (byte)'[':
                WriteArray(value, keys, output);
                break;
            default:
                output.Write(value);
                break;
        }
    }

    private static void WriteObject(ReadOnlySpan<byte> value, ReadOnlySpan<byte[]> keys, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var isFirst = true;
        var members = new MemberReader(value);
        while (members.Read())
        {
            var isOnPath = members.Key.SequenceEqual(keys[0]);
            if (isOnPath && keys.Length == 1)
            {
                continue;
            }

            output.Write(isFirst ? ""u8 : ","u8);
            output.Write(value[members.MemberStart..members.ValueStart]);
            if (isOnPath)
            {
                Write(members.Value, keys[1..], output);
            }
            else
            {
                output.Write(members.Value);
            }

            isFirst = false;
        }

        output.Write("}"u8);
    }

    private static void WriteArray(ReadOnlySpan<byte> value, ReadOnlySpan<byte[]> keys, IBufferWriter<byte> output)
    {
        output.Write("["u8);
        var isFirst = true;
        var elements = new ElementReader(value);
        while (elements.Read())
        {
            output.Write(isFirst ? ""u8 : ","u8);
            Write(value[elements.Start..elements.End], keys, output);
            isFirst = false;
        }

        output.Write("]"u8);
    }
}
