using System.Numerics;
using System.Runtime.Intrinsics;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// Finds the commas that part the children of one container, in those blocks of the map where the nesting may come down
/// to their level.
/// </summary>
internal ref struct ChildCommas
{
    /// <summary>Blocks that are passed over with one comparison; the map's list of lows is longer by so many.</summary>
    public const int BlocksAtOnce = 32;

    private readonly ReadOnlySpan<StructureBlock> blocks;
    private readonly ReadOnlySpan<short> lows;
    private readonly int start;
    private readonly int end;

    /// <summary>How many containers the container lies in.</summary>
    private readonly int outside;

    /// <summary>The blocks still to be looked at among those from one on.</summary>
    private ulong candidates;
    private int first;

    /// <summary>Looks at the container at [start, end).</summary>
    public ChildCommas(TreeStore store, int start, int end)
    {
        blocks = store.Blocks.AsSpan();
        lows = store.Lows.AsSpan();
        this.start = start;
        this.end = end;
        outside = DepthBefore(start);
        IsMalformed = !IsBracket(blocks[start / BlockMasks.BlockLength].Opens, start)
            || !IsBracket(blocks[(end - 1) / BlockMasks.BlockLength].Closes, end - 1)
            || DepthBefore(end - 1) != outside + 1;
        first = start / BlockMasks.BlockLength - BlocksAtOnce;
    }

    /// <summary>Whether the container does not end where it is said to, as far as that has shown.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next block that has some.</summary>
    /// <param name="offset">Where the block starts.</param>
    /// <param name="commas">Where in it they lie.</param>
    public bool TryNext(out int offset, out ulong commas)
    {
        while (TryNextCandidate(out int block))
        {
            offset = block * BlockMasks.BlockLength;
            commas = CommasIn(block, offset);
            if (commas != 0)
            {
                return true;
            }
        }
        offset = 0;
        commas = 0;
        return false;
    }

    private bool TryNextCandidate(out int block)
    {
        int last = (end - 1) / BlockMasks.BlockLength;
        while (candidates == 0)
        {
            first += BlocksAtOnce;
            if (first > last)
            {
                block = 0;
                return false;
            }
            candidates = Vector512.LessThanOrEqual(
                Vector512.Create(lows.Slice(first, BlocksAtOnce)), Vector512.Create((short)(outside + 1)))
                .ExtractMostSignificantBits();
        }
        block = first + BitOperations.TrailingZeroCount(candidates);
        candidates &= candidates - 1;
        return block <= last;
    }

    private ulong CommasIn(int block, int offset)
    {
        (ulong opens, ulong closes, ulong commas, int level) = blocks[block];
        level -= outside;
        if (offset <= start)
        {
            ulong inside = ulong.MaxValue << (start - offset) << 1;
            (opens, closes, commas) = (opens & inside, closes & inside, commas & inside);
            level = 1;
        }
        if (end - 1 - offset < BlockMasks.BlockLength)
        {
            ulong inside = (1UL << (end - 1 - offset)) - 1;
            (opens, closes, commas) = (opens & inside, closes & inside, commas & inside);
        }
        ulong found = BracketLevels.Separators(opens, closes, commas, ref level, out ulong close);
        IsMalformed |= close != 0;
        return found;
    }

    private readonly int DepthBefore(int at)
    {
        StructureBlock block = blocks[at / BlockMasks.BlockLength];
        ulong before = (1UL << at) - 1;
        return block.Depth
            + BitOperations.PopCount(block.Opens & before) - BitOperations.PopCount(block.Closes & before);
    }

    private static bool IsBracket(ulong brackets, int at) => (brackets >> at & 1) != 0;
}
