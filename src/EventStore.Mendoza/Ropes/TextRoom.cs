using System.Runtime.Intrinsics;

namespace EventStore.Mendoza.Ropes;

/// <summary>
/// Memory behind the patches of a chain, where short strings are put together at once: one range is easier to change
/// again than its pieces. The default value has no room.
/// </summary>
/// <param name="bytes">The memory.</param>
/// <param name="start">The offset that its first byte will have.</param>
internal ref struct TextRoom(Span<byte> bytes, int start)
{
    /// <summary>Longest text that is put together rather than kept as a list of pieces.</summary>
    private const int LongestText = 256;

    private readonly Span<byte> bytes = bytes;
    private int length;

    /// <summary>How many of its bytes are taken.</summary>
    public int Used { get; private set; }

    /// <summary>Begins a string; false when there is no room for one.</summary>
    public bool TryBegin()
    {
        // What is copied may spill over by the length of a vector.
        if (bytes.Length - Used < LongestText + 2 + Vector512<byte>.Count)
        {
            return false;
        }
        length = 0;
        bytes[Used] = (byte)'"';
        return true;
    }

    /// <summary>Appends a part of a text to the string; false when it gets too long.</summary>
    public bool TryAppend(ReadOnlySpan<byte> text, int from, int to)
    {
        int added = to - from;
        if (length + added > LongestText)
        {
            return false;
        }
        Span<byte> target = bytes[(Used + 1 + length)..];
        length += added;
        if (added <= Vector512<byte>.Count && text.Length - from >= Vector512<byte>.Count)
        {
            // What is too much is overwritten by what comes next. How short a part is would be a guess.
            Vector512.Create(text[from..]).CopyTo(target);
        }
        else
        {
            text[from..to].CopyTo(target);
        }
        return true;
    }

    /// <summary>Ends the string and keeps it; its range includes the quotes.</summary>
    public void End(out int from, out int to)
    {
        bytes[Used + 1 + length] = (byte)'"';
        from = start + Used;
        Used += length + 2;
        to = start + Used;
    }
}
