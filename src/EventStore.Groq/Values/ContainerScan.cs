using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventStore.Groq.Values;

/// <summary>
/// Finds where an object or array ends. Most look-ups have to get past a document's largest field, so this goes block
/// by block: which bytes of a block lie in strings follows from its quotes, and a block with fewer closing brackets
/// than brackets are open cannot hold the end.
/// </summary>
internal static class ContainerScan
{
    private const int Block = 64;

    /// <summary>Offset behind the container that starts at an offset.</summary>
    public static int Skip(byte[] bytes, int start, int end)
    {
        ref byte origin = ref MemoryMarshal.GetArrayDataReference(bytes);
        int at = start;
        int depth = 0;
        ulong inString = 0;
        bool escaped = false;
        while (end - at >= Block)
        {
            Vector256<byte> low = Vector256.LoadUnsafe(ref origin, (nuint)at);
            Vector256<byte> high = Vector256.LoadUnsafe(ref origin, (nuint)(at + (Block / 2)));
            ulong quotes = Where(low, high, (byte)'"');
            ulong backslashes = Where(low, high, (byte)'\\');
            if (backslashes != 0 || escaped)
            {
                quotes &= ~Escaped(backslashes, ref escaped);
            }
            ulong strings = Between(quotes) ^ inString;
            inString = (ulong)((long)strings >> (Block - 1));

            // Braces and brackets differ in one bit.
            Vector256<byte> fold = Vector256.Create((byte)0x20);
            ulong opens = Where(low | fold, high | fold, (byte)'{') & ~strings;
            ulong closes = Where(low | fold, high | fold, (byte)'}') & ~strings;
            int closing = BitOperations.PopCount(closes);
            if (closing < depth)
            {
                depth += BitOperations.PopCount(opens) - closing;
            }
            else if (FindEnd(opens, closes, ref depth) is var found and >= 0)
            {
                return at + found + 1;
            }
            at += Block;
        }
        return SkipRest(bytes, at, end, depth, inString != 0, escaped);
    }

    private static ulong Where(in Vector256<byte> low, in Vector256<byte> high, byte value)
    {
        Vector256<byte> wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << (Block / 2));
    }

    /// <summary>The bytes behind backslashes that are not themselves escaped.</summary>
    private static ulong Escaped(ulong backslashes, ref bool carried)
    {
        ulong escaped = 0;
        if (carried)
        {
            escaped = 1;
            backslashes &= ~1UL;
            carried = false;
        }
        while (backslashes != 0)
        {
            int at = BitOperations.TrailingZeroCount(backslashes);
            if (at == Block - 1)
            {
                carried = true;
                break;
            }
            escaped |= 2UL << at;
            backslashes &= ~(3UL << at);
        }
        return escaped;
    }

    /// <summary>From each odd quote up to the next one.</summary>
    private static ulong Between(ulong quotes)
    {
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        return quotes ^ (quotes << 32);
    }

    private static int FindEnd(ulong opens, ulong closes, ref int depth)
    {
        ulong brackets = opens | closes;
        while (brackets != 0)
        {
            int at = BitOperations.TrailingZeroCount(brackets);
            depth += (opens >> at & 1) != 0 ? 1 : -1;
            if (depth == 0)
            {
                return at;
            }
            brackets &= brackets - 1;
        }
        return -1;
    }

    private static int SkipRest(byte[] bytes, int at, int end, int depth, bool inString, bool escaped)
    {
        for (; at < end; at++)
        {
            byte value = bytes[at];
            if (escaped)
            {
                escaped = false;
            }
            else if (inString)
            {
                escaped = value == '\\';
                inString = value != '"';
            }
            else if (value == '"')
            {
                inString = true;
            }
            else if ((value | 0x20) == '{')
            {
                depth++;
            }
            else if ((value | 0x20) == '}' && --depth == 0)
            {
                return at + 1;
            }
        }
        throw JsonReader.Malformed();
    }
}
