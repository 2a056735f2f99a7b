using System.Buffers;
using System.Numerics;

namespace EventStore.Log.Documents;

/// <summary>
/// Finds the ends of values in canonical JSON. It trusts its input (everything in the log went through the
/// canonicalizer), so it only has to look at quotes and brackets.
/// </summary>
internal static class CanonicalScanner
{
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]}"u8);

    /// <summary>The offset after the value that begins at <paramref name="start"/>.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> json, int start)
    {
        switch (json[start])
        {
            case (byte)'"':
                return EndOfString(json, start);
            case (byte)'{':
            case (byte)'[':
                return EndOfContainer(json, start);
            default:
                var length = json[start..].IndexOfAny(ScalarEnd);
                return length < 0 ? json.Length : start + length;
        }
    }

    /// <summary>The offset after the closing quote of the string that begins at <paramref name="start"/>.</summary>
    public static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var position = start + 1;
        while (true)
        {
            position += json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[position] == '"')
            {
                return position + 1;
            }

            position += 2;
        }
    }

    /// <summary>Whether containers nest more deeply than so many levels.</summary>
    public static bool IsDeeperThan(ReadOnlySpan<byte> json, int levels)
    {
        var depth = 0;
        var blocks = new StructureBlocks(json, 0);
        while (blocks.Read())
        {
            // A block that could not get there even if it closed nothing need not be looked at bracket by bracket.
            if (depth + BitOperations.PopCount(blocks.Opens) > levels)
            {
                var reached = depth;
                for (var rest = blocks.Opens | blocks.Closes; rest != 0; rest &= rest - 1)
                {
                    reached += (blocks.Opens & rest & (~rest + 1)) != 0 ? 1 : -1;
                    if (reached > levels)
                    {
                        return true;
                    }
                }
            }

            depth += BitOperations.PopCount(blocks.Opens) - BitOperations.PopCount(blocks.Closes);
        }

        return false;
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        var blocks = new StructureBlocks(json, start);
        while (blocks.Read())
        {
            // A block with fewer closing brackets than are open cannot hold the end.
            if (BitOperations.PopCount(blocks.Closes) < depth)
            {
                depth += BitOperations.PopCount(blocks.Opens) - BitOperations.PopCount(blocks.Closes);
                continue;
            }

            for (var rest = blocks.Opens | blocks.Closes; rest != 0; rest &= rest - 1)
            {
                depth += (blocks.Opens & rest & (~rest + 1)) != 0 ? 1 : -1;
                if (depth == 0)
                {
                    return blocks.Start + BitOperations.TrailingZeroCount(rest) + 1;
                }
            }
        }

        throw new ArgumentException("The text is not canonical JSON", nameof(json));
    }
}
