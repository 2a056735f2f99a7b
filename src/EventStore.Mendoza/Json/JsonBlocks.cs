using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static EventStore.Mendoza.Json.BlockMasks;

namespace EventStore.Mendoza.Json;

/// <summary>
/// Reads JSON 64 bytes at a time, from any place outside a string, and says where in them brackets and commas lie that
/// are not part of a string: bit i of a mask is byte i of the block.
/// </summary>
/// <remarks>
/// Which bytes lie inside strings follows from the quotes before them: the parity of their number, which is a prefix
/// sum of bits. So a block costs a few instructions whatever it holds, and nothing is decided byte by byte.
/// </remarks>
internal ref struct JsonBlocks(ReadOnlySpan<byte> text, int start)
{
    private readonly ReadOnlySpan<byte> text = text;
    private int next = start;
    private ulong insideString;
    private ulong firstIsEscaped;

    /// <summary>Offset of the block's first byte.</summary>
    public int Start;

    /// <summary>Where the block opens an array or an object.</summary>
    public ulong Opens;

    /// <summary>Where it closes one.</summary>
    public ulong Closes;

    /// <summary>Where its commas lie.</summary>
    public ulong Commas;

    /// <summary>
    /// Goes to the next block in which the nesting may come down to a level, counting it through the blocks between:
    /// that is, past those with too few closing brackets. False at the end of the text.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool MoveTo(int level, ref int depth)
    {
        // All in locals and without a call, which would move the vectors to memory: the loop runs over most bytes of
        // every document.
        ReadOnlySpan<byte> rest = text;
        int at = next;
        ulong carried = insideString;
        ulong escape = firstIsEscaped;
        int open = depth;
        for (; rest.Length - at >= BlockLength; at += BlockLength)
        {
            Vector512<byte> bytes = Vector512.Create(rest.Slice(at, BlockLength));
            ulong outside = Outside(bytes, ref carried, ref escape);

            // A bit tells each bracket from its curly form.
            Vector512<byte> curly = bytes | Vector512.Create((byte)0x20);
            ulong opens = Equal(curly, (byte)'{') & outside;
            ulong closes = Equal(curly, (byte)'}') & outside;
            int closing = BitOperations.PopCount(closes);
            // What closes right where it opened, as empty arrays do, brings the nesting nowhere.
            if (open - closing + BitOperations.PopCount(opens & (closes >> 1)) <= level)
            {
                Commas = Equal(bytes, (byte)',') & outside;
                Opens = opens;
                Closes = closes;
                Start = at;
                next = at + BlockLength;
                insideString = carried;
                firstIsEscaped = escape;
                depth = open;
                return true;
            }
            open += BitOperations.PopCount(opens) - closing;
        }
        next = rest.Length;
        insideString = carried;
        firstIsEscaped = escape;
        depth = open;
        return at < rest.Length && MoveToTail(at, level, ref depth);
    }

    /// <summary>Goes to the last block, which is shorter than the others, if it is one to stop at.</summary>
    private bool MoveToTail(int at, int level, ref int depth)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        text[at..].CopyTo(block);
        var tail = new JsonBlocks(block, 0) { insideString = insideString, firstIsEscaped = firstIsEscaped };
        if (!tail.MoveTo(level, ref depth))
        {
            return false;
        }
        Start = at;
        Opens = tail.Opens;
        Closes = tail.Closes;
        Commas = tail.Commas;
        return true;
    }
}
