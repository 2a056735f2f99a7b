using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EventStore.Mendoza.Diffing.Workspace;
using static EventStore.Mendoza.Json.BlockMasks;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// Maps the structure of a whole document, 64 bytes at a time: where its brackets and commas lie, and how deep each
/// block is nested. Nothing in it depends on what the bytes are, so the processor never guesses; containers are listed
/// from the map alone.
/// </summary>
internal static class StructureMap
{
    /// <summary>Maps a document that is an array or an object.</summary>
    /// <returns>False when it is not canonical JSON, as far as that shows here, or nested too deeply.</returns>
    public static bool TryMap(ReadOnlySpan<byte> text, TreeStore store)
    {
        int count = (text.Length + BlockLength - 1) / BlockLength;
        Span<short> lows = store.Lows.Extend(count + ChildCommas.BlocksAtOnce);
        lows[count..].Fill(short.MaxValue);
        Span<StructureBlock> blocks = store.Blocks.Extend(count);
        Vector512<byte> most = Map(text, LoadRest(text), blocks, lows, out bool isClosed, out int deepest);
        store.HasAstral = IsAbove(most, 0xEF);
        store.HasUpper = IsAbove(most, 0xED) && text.IndexOfAny((byte)0xEE, (byte)0xEF) >= 0;
        return isClosed && !IsAbove(most, byte.MaxValue)
            && (deepest <= MendozaLimits.MaxDepth || !IsTooDeep(blocks));
    }

    /// <summary>Fills in the blocks.</summary>
    /// <param name="text">The document.</param>
    /// <param name="rest">Its last block, if that is not a whole one.</param>
    /// <param name="blocks">One for each 64 bytes.</param>
    /// <param name="lows">For each block, how few containers may be open within it.</param>
    /// <param name="isClosed">Whether all that is opened is closed, and there is no space outside strings.</param>
    /// <param name="deepest">How many containers may be open at the same time.</param>
    /// <returns>At each place of a block the highest byte, where control characters come above all others.</returns>
    // By itself it has the registers that its loop needs: a vector that is put aside is waited for at every turn.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<byte> Map(
        ReadOnlySpan<byte> text,
        Vector512<byte> rest,
        Span<StructureBlock> blocks,
        Span<short> lows,
        out bool isClosed,
        out int deepest)
    {
        ref byte start = ref MemoryMarshal.GetReference(text);
        int whole = text.Length / BlockLength;
        Vector512<byte> most = Vector512<byte>.Zero;
        int depth = 0;
        int highest = 0;
        ulong spaces = 0;
        ulong insideString = 0;
        ulong escapedFirst = 0;
        for (int block = 0; block < blocks.Length; block++)
        {
            Vector512<byte> bytes = block < whole
                ? Vector512.LoadUnsafe(ref start, (nuint)block * BlockLength)
                : rest;
            ulong outside = Outside(bytes, ref insideString, ref escapedFirst);

            // With this bit set, [ and { are one byte, and so are ] and }; no other bytes become either.
            Vector512<byte> folded = bytes | Vector512.Create((byte)0x20);
            ulong opens = Equal(folded, (byte)'{') & outside;
            ulong closes = Equal(folded, (byte)'}') & outside;
            blocks[block] = new StructureBlock(opens, closes, Equal(bytes, (byte)',') & outside, depth);
            spaces |= Equal(bytes, (byte)' ') & outside;
            most = Vector512.Max(most, bytes - Vector512.Create((byte)' '));

            int opening = BitOperations.PopCount(opens);
            int closing = BitOperations.PopCount(closes);
            // What closes right where it opened, as empty arrays do, brings the nesting nowhere.
            int emptied = BitOperations.PopCount(opens & (closes >> 1));
            lows[block] = (short)(depth - closing + emptied);
            highest = Math.Max(highest, depth + opening);
            depth += opening - closing;
        }
        isClosed = depth == 0 && (insideString | spaces) == 0;
        deepest = highest;
        return most;
    }

    /// <summary>Whether any byte is above one, given the highest ones.</summary>
    private static bool IsAbove(Vector512<byte> most, byte value) =>
        Vector512.GreaterThanAny(most, Vector512.Create((byte)(value - ' ')));

    /// <summary>What is left behind the last whole block, filled up with bytes that mean nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<byte> LoadRest(ReadOnlySpan<byte> text)
    {
        Span<byte> padded = stackalloc byte[BlockLength];
        padded.Fill((byte)'0');
        text[(text.Length / BlockLength * BlockLength)..].CopyTo(padded);
        return Vector512.Create<byte>(padded);
    }

    /// <summary>Goes through the brackets one by one: a block may open many and close as many.</summary>
    private static bool IsTooDeep(ReadOnlySpan<StructureBlock> blocks)
    {
        int depth = 0;
        foreach (StructureBlock block in blocks)
        {
            for (ulong rest = block.Opens | block.Closes; rest != 0; rest &= rest - 1)
            {
                depth += (block.Opens & rest & (0 - rest)) != 0 ? 1 : -1;
                if (depth > MendozaLimits.MaxDepth)
                {
                    return true;
                }
            }
        }
        return false;
    }
}
