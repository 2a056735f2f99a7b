using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EventStore.Mendoza.Json;

/// <summary>
/// Where in a block of text the nesting is at the level of a container's children. How many brackets a block has, and
/// in what order, is anybody's guess, so nothing here branches on it: eight brackets at a time are looked up.
/// </summary>
internal static class BracketLevels
{
    private const int Looked = 8;
    private const int Columns = 16;

    /// <summary>
    /// For every eight brackets (a set bit opens) and every number of levels to go down: after which of them the
    /// nesting has gone down so far.
    /// </summary>
    private static readonly byte[] Reached = MakeReached();

    /// <summary>
    /// The commas of a block that part children: those at level 1. The container itself is level 0.
    /// </summary>
    /// <param name="opens">Where the block opens arrays and objects.</param>
    /// <param name="closes">Where it closes them.</param>
    /// <param name="commas">Where its commas lie.</param>
    /// <param name="depth">The level at the start of the block, and then at its end.</param>
    /// <param name="close">Where the container's closing bracket lies; 0 when it is not in the block.</param>
    public static ulong Separators(ulong opens, ulong closes, ulong commas, ref int depth, out ulong close)
    {
        ulong brackets = opens | closes;
        ulong hits;
        if (Bmi2.X64.IsSupported)
        {
            ulong sequence = Bmi2.X64.ParallelBitExtract(opens, brackets);
            ulong atLevel = FindLevels(sequence, BitOperations.PopCount(brackets), depth, out ulong end);
            close = Bmi2.X64.ParallelBitDeposit(end, brackets);
            hits = Bmi2.X64.ParallelBitDeposit(atLevel, brackets);
        }
        else
        {
            hits = FindOneByOne(opens, closes, depth, out close);
        }

        // A one added behind a bracket runs through the ones between it and the next bracket.
        ulong between = ~brackets;
        ulong sum = unchecked(between + (hits << 1) + (depth == 1 ? 1UL : 0UL));
        depth += BitOperations.PopCount(opens) - BitOperations.PopCount(closes);
        return commas & between & ~sum;
    }

    /// <summary>The bracket that brings the nesting from a level to 0; 0 when it is not among those given.</summary>
    public static ulong Close(ulong opens, ulong closes, int level)
    {
        if (level - BitOperations.PopCount(closes) > 0)
        {
            return 0;
        }
        ulong brackets = opens | closes;
        ulong close;
        if (Bmi2.X64.IsSupported)
        {
            ulong sequence = Bmi2.X64.ParallelBitExtract(opens, brackets);
            FindLevels(sequence, BitOperations.PopCount(brackets), level, out ulong end);
            close = Bmi2.X64.ParallelBitDeposit(end, brackets);
        }
        else
        {
            FindOneByOne(opens, closes, level, out close);
        }
        return close;
    }

    /// <summary>
    /// After which of a sequence of brackets the nesting is at level 1, up to the first after which it is at level 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindLevels(ulong sequence, int count, int level, out ulong end)
    {
        ulong hits = 0;
        ulong ends = 0;
        ReadOnlySpan<byte> reached = Reached;
        for (int at = 0; at < count && level > 0; at += Looked)
        {
            int brackets = (byte)(sequence >> at);
            int row = brackets * Columns + Math.Min(level, Columns - 1);
            hits |= (ulong)reached[row - 1] << at;
            ends |= (ulong)reached[row] << at;
            level += 2 * BitOperations.PopCount((uint)brackets) - Looked;
        }

        // Behind the last bracket the sequence reads as if it went on closing.
        end = Lowest(ends);
        hits &= end - 1;
        end = BitOperations.TrailingZeroCount(end) < count ? end : 0;
        return hits;
    }

    private static ulong FindOneByOne(ulong opens, ulong closes, int level, out ulong close)
    {
        ulong hits = 0;
        close = 0;
        for (ulong rest = opens | closes; rest != 0; rest &= rest - 1)
        {
            ulong bracket = Lowest(rest);
            level += (opens & bracket) != 0 ? 1 : -1;
            if (level == 0)
            {
                close = bracket;
                break;
            }
            hits |= level == 1 ? bracket : 0;
        }
        return hits;
    }

    private static ulong Lowest(ulong bits) => bits & (0 - bits);

    private static byte[] MakeReached()
    {
        var reached = new byte[256 * Columns];
        for (int sequence = 0; sequence < 256; sequence++)
        {
            int level = 0;
            for (int bracket = 0; bracket < Looked; bracket++)
            {
                level += ((sequence >> bracket) & 1) != 0 ? 1 : -1;
                if (level <= 0)
                {
                    reached[sequence * Columns - level] |= (byte)(1 << bracket);
                }
            }
        }
        return reached;
    }
}
