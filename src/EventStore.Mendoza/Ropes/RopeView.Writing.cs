using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

// Writing a value out.
internal readonly ref partial struct RopeView
{
    /// <summary>Writes a value's text, with the containers that are open on a list and not on the stack.</summary>
    /// <returns>How many bytes: <see cref="LengthOf(int)"/>.</returns>
    public int Write(int node, Span<byte> destination, ref PooledList<RopeFrame> frames)
    {
        frames.Truncate(0);
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
                ReadOnlySpan<byte> range = text[entry.Start, entry.End];
                range.CopyTo(destination[written..]);
                written += range.Length;
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
            ReadOnlySpan<byte> range = text[value.Start, EndOf(ref value)];
            range.CopyTo(destination[written..]);
            written += range.Length;
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
        frames.Add(new RopeFrame
        {
            Kind = value.Kind,
            First = value.Start,
            Next = value.Start,
            End = value.End,
        });
    }

    private static byte CloseOf(JsonKind kind) => kind switch
    {
        JsonKind.Object => (byte)'}',
        JsonKind.Array => (byte)']',
        _ => (byte)'"',
    };
}
