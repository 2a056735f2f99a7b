using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Finds a stretch of JSON in a text by the two of its bytes that JSON has least of, 64 places at a time. Its first and
/// last byte, which a general search takes, are brackets and quotes, which are everywhere.
/// </summary>
internal static class TextSearch
{
    private static ReadOnlySpan<byte> Frequent => " \"\\,:{}[]_-./eaionrstlkypd"u8;

    private static readonly byte[] Rarity = MakeRarity();

    /// <summary>Offset of the first place from an offset on; -1 when there is none.</summary>
    public static int IndexOf(ReadOnlySpan<byte> text, int from, ReadOnlySpan<byte> value)
    {
        if (text.Length - from < value.Length)
        {
            return -1;
        }
        (int first, int second) = Rarest(value);
        Vector512<byte> firstByte = Vector512.Create(value[first]);
        Vector512<byte> secondByte = Vector512.Create(value[second]);
        ref byte start = ref MemoryMarshal.GetReference(text);
        int at = from;
        for (; at <= text.Length - value.Length - Vector512<byte>.Count; at += Vector512<byte>.Count)
        {
            ulong places = (Vector512.Equals(Vector512.LoadUnsafe(ref start, (nuint)(at + first)), firstByte)
                & Vector512.Equals(Vector512.LoadUnsafe(ref start, (nuint)(at + second)), secondByte))
                .ExtractMostSignificantBits();
            for (; places != 0; places &= places - 1)
            {
                int place = at + BitOperations.TrailingZeroCount(places);
                if (text.Slice(place, value.Length).SequenceEqual(value))
                {
                    return place;
                }
            }
        }
        int found = text[at..].IndexOf(value);
        return found < 0 ? -1 : at + found;
    }

    private static (int First, int Second) Rarest(ReadOnlySpan<byte> value)
    {
        int first = 0;
        int second = value.Length - 1;
        for (int i = 0; i < value.Length; i++)
        {
            if (Rarity[value[i]] > Rarity[value[first]])
            {
                second = first;
                first = i;
            }
            else if (i != first && Rarity[value[i]] > Rarity[value[second]])
            {
                second = i;
            }
        }
        return (first, second);
    }

    private static byte[] MakeRarity()
    {
        var rarity = new byte[256];
        Array.Fill(rarity, (byte)32);
        foreach (byte digit in "0123456789"u8)
        {
            rarity[digit] = 30;
        }
        for (int i = 0; i < Frequent.Length; i++)
        {
            rarity[Frequent[i]] = (byte)i;
        }
        return rarity;
    }
}
