using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Writing a value out.
internal readonly ref partial struct RopeView
{
    /// <summary>Longer ranges are left to the library.</summary>
    private const int LongestInVectors = 16 * 1024;

    /// <summary>Writes a value's text, with the containers that are open on a list and not on the stack.</summary>
    /// <returns>How many bytes: <see cref="LengthOf(int)"/>.</returns>
    public int Write(int node, Span<byte> destination, ref PooledList<RopeFrame> frames)
    {
        frames.Truncate(0);
        destination = destination[..LengthOf(node)];
        int written = 0;
        WriteNode(node, destination, ref written, ref frames);
        while (frames.Count > 0)
        {
            ref RopeFrame frame = ref frames.Last;
            if (frame.Next == frame.End)
            {
                destination[written++] = CloseOf(frame.Kind);
                frames.RemoveLast();
                continue;
            }
            if (frame.Next > frame.First && frame.Kind != JsonKind.String)
            {
                destination[written++] = (byte)',';
            }
            ref RopeEntry entry = ref rope.Entries[frame.Next++];
            if (entry.Start != entry.End)
            {
                Copy(entry.Start, entry.End, destination, ref written);
                if (!entry.IsRun)
                {
                    destination[written++] = (byte)':';
                }
            }
            if (!entry.IsRun)
            {
                WriteNode(entry.Node, destination, ref written, ref frames);
            }
        }
        return written;
    }

    private void WriteNode(int node, Span<byte> destination, ref int written, ref PooledList<RopeFrame> frames)
    {
        ref RopeNode value = ref rope.Nodes[node];
        if (!value.IsBuilt)
        {
            Copy(value.Start, EndOf(ref value), destination, ref written);
            return;
        }
        if (value.Kind == JsonKind.Null)
        {
            "null"u8.CopyTo(destination[written..]);
            written += value.Length;
            return;
        }
        destination[written++] = value.Kind switch
        {
            JsonKind.Object => (byte)'{',
            JsonKind.Array => (byte)'[',
            _ => (byte)'"',
        };
        ref RopeFrame frame = ref frames.AddInPlace();
        frame.Kind = value.Kind;
        frame.First = value.Start;
        frame.Next = value.Start;
        frame.End = value.End;
    }

    private void Copy(int start, int end, Span<byte> destination, ref int written)
    {
        int length = end - start;
        ReadOnlySpan<byte> around = text.Around(start)[RopeText.Position(start)..];
        Span<byte> target = destination[written..];
        if (length <= LongestInVectors
            && Math.Min(around.Length, target.Length) - length >= Vector512<byte>.Count)
        {
            // What is too much is overwritten by what comes next. How long a range is would be a guess, of which the
            // library makes several.
            ref byte source = ref MemoryMarshal.GetReference(around);
            ref byte copy = ref MemoryMarshal.GetReference(target);
            for (int at = 0; at < length; at += Vector512<byte>.Count)
            {
                Vector512.LoadUnsafe(ref source, (nuint)at).StoreUnsafe(ref copy, (nuint)at);
            }
        }
        else
        {
            around[..length].CopyTo(target);
        }
        written += length;
    }

    private static byte CloseOf(JsonKind kind) => kind switch
    {
        JsonKind.Object => (byte)'}',
        JsonKind.Array => (byte)']',
        _ => (byte)'"',
    };
}
