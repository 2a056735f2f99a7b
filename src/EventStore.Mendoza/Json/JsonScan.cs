using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace EventStore.Mendoza.Json;

/// <summary>Steps over JSON values without looking into them.</summary>
internal static class JsonScan
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>Offset behind the value that starts at an offset; -1 when the text ends before it does.</summary>
    public static int SkipValue(ReadOnlySpan<byte> text, int start)
    {
        if (start >= text.Length)
        {
            return -1;
        }
        switch (text[start])
        {
            case (byte)'"':
                return SkipString(text, start, out _);
            case (byte)'{' or (byte)'[':
                return SkipToClose(text, start + 1);
            default:
                int length = text[start..].IndexOfAny(ScalarEnds);
                return length < 0 ? text.Length : start + length;
        }
    }

    /// <summary>
    /// Offset behind the bracket that closes the container that a place, which is not in a string, lies in; -1 when the
    /// text ends before.
    /// </summary>
    public static int SkipToClose(ReadOnlySpan<byte> text, int start)
    {
        var blocks = new JsonBlocks(text, start);
        int depth = 1;
        while (blocks.MoveTo(0, ref depth))
        {
            ulong close = BracketLevels.Close(blocks.Opens, blocks.Closes, depth);
            if (close != 0)
            {
                return blocks.Start + BitOperations.TrailingZeroCount(close) + 1;
            }
            depth += BitOperations.PopCount(blocks.Opens) - BitOperations.PopCount(blocks.Closes);
        }
        return -1;
    }

    /// <summary>
    /// As <see cref="SkipValue(ReadOnlySpan{byte}, int)"/>, and how deeply arrays and objects nest in the value.
    /// </summary>
    public static int SkipValue(ReadOnlySpan<byte> text, int start, out int height)
    {
        height = 0;
        if (start >= text.Length)
        {
            return -1;
        }
        switch (text[start])
        {
            case (byte)'"':
                return SkipString(text, start, out _);
            case (byte)'{' or (byte)'[':
                return SkipContainer(text, start, out height);
            default:
                int length = text[start..].IndexOfAny(ScalarEnds);
                return length < 0 ? text.Length : start + length;
        }
    }

    /// <summary>Offset behind the string whose opening quote is at an offset; -1 when it does not end.</summary>
    public static int SkipString(ReadOnlySpan<byte> text, int start, out bool escaped)
    {
        int at = start + 1;
        if (text.Length - at >= Vector512<byte>.Count)
        {
            // Most strings end within one vector, and where in it nobody can predict.
            Vector512<byte> bytes = Vector512.Create(text.Slice(at, Vector512<byte>.Count));
            ulong quotes = Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            ulong slashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            if (quotes != 0 && (slashes & (quotes ^ (quotes - 1))) == 0)
            {
                escaped = false;
                return at + BitOperations.TrailingZeroCount(quotes) + 1;
            }
        }
        return SkipLongString(text, at, out escaped);
    }

    private static int SkipLongString(ReadOnlySpan<byte> text, int at, out bool escaped)
    {
        escaped = false;
        while (at < text.Length)
        {
            int stop = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
            {
                return -1;
            }
            at += stop;
            if (text[at] == '"')
            {
                return at + 1;
            }
            escaped = true;
            at += 2;
        }
        return -1;
    }

    private static int SkipContainer(ReadOnlySpan<byte> text, int start, out int height)
    {
        int depth = 0;
        height = 0;
        int at = start;
        while (true)
        {
            int stop = at < text.Length ? text[at..].IndexOfAny(Structure) : -1;
            if (stop < 0)
            {
                return -1;
            }
            at += stop;
            switch (text[at])
            {
                case (byte)'"':
                    at = SkipString(text, at, out _);
                    if (at < 0)
                    {
                        return -1;
                    }
                    continue;
                case (byte)'{' or (byte)'[':
                    height = Math.Max(height, ++depth);
                    break;
                default:
                    depth--;
                    break;
            }
            at++;
            if (depth == 0)
            {
                return at;
            }
        }
    }
}
