using System.Buffers.Binary;

namespace EventStore.Log.Transactions;

/// <summary>
/// How the log stores text: patches, recorded mutations, keyframes and heads. Most of these are a few hundred bytes,
/// too short for a general compressor to learn anything and too short for the database to compress at all; but they
/// repeat each other, and what does not repeat is mostly digits and hexadecimal hashes.
/// </summary>
/// <remarks>
/// <para>The first byte names the form. 0: the text itself follows (also what the first schema stored). 1: the length
/// of the text as a variable-length number, seven bits a byte and low bits first, then tokens:</para>
/// <list type="bullet">
/// <item><c>00nnnnnn</c>: n + 1 bytes follow as they are.</item>
/// <item><c>010nnnnn</c>: n + 2 bytes follow, each two characters of <see cref="PackedAlphabets.Punctuated"/>.</item>
/// <item><c>011nnnnn</c>: n + 2 bytes follow, each two characters of <see cref="PackedAlphabets.Hexadecimal"/>.</item>
/// <item><c>10nnnnnn</c>: copy n + 3 bytes from the distance that follows as a variable-length number; n = 63 is
/// followed by a number to be added to the length before that.</item>
/// <item><c>11nnnnnn</c>: copy n + 2 bytes from the same distance as the last copy; n = 63 likewise.</item>
/// </list>
/// <para>A distance counts back from the end of what has been written, through the text itself, then through a text
/// that the reader has at hand (for <c>revert</c> that is <c>apply</c>: the two mirror each other), then through <see
/// cref="PackedPhrases"/>. The text is restored byte for byte, whatever made it.</para>
/// </remarks>
public static class PackedText
{
    /// <summary>The form of a text stored as it is.</summary>
    internal const byte Plain = 0;

    /// <summary>The form with tokens.</summary>
    internal const byte Tokens = 1;

    /// <summary>The first token of each kind.</summary>
    internal const byte Punctuated = 0x40;

    /// <inheritdoc cref="Punctuated"/>
    internal const byte Hexadecimal = 0x60;

    /// <inheritdoc cref="Punctuated"/>
    internal const byte Copy = 0x80;

    /// <inheritdoc cref="Punctuated"/>
    internal const byte CopyAgain = 0xC0;

    /// <summary>The count of a copy that is followed by more.</summary>
    internal const int LongCopy = 63;

    internal const int LeastPairs = 2;
    internal const int LeastCopy = 3;
    internal const int LeastCopyAgain = 2;

    /// <summary>Packs a text; one that does not become smaller is stored as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="beside">What whoever unpacks it will have at hand; may be empty.</param>
    public static byte[] Pack(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beside = default) =>
        TextPacker.OfThread.Pack(text, beside);

    /// <summary>The length of the text that was packed.</summary>
    /// <exception cref="InvalidDataException">This is no packed text.</exception>
    public static int Length(ReadOnlySpan<byte> packed)
    {
        if (packed is [Plain, ..])
        {
            return packed.Length - 1;
        }

        var position = 1;
        return packed is [Tokens, ..] && ReadNumber(packed, ref position) is <= Limits.PackedTextBytes and var length
            ? length
            : throw Broken();
    }

    /// <summary>Restores a text.</summary>
    /// <param name="packed">What <see cref="Pack"/> returned.</param>
    /// <param name="beside">The same as at packing.</param>
    /// <exception cref="InvalidDataException">This is no packed text, or that of something else.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> beside = default)
    {
        var text = new byte[Length(packed)];
        Unpack(packed, beside, text);
        return text;
    }

    /// <summary>Restores a text into memory of its <see cref="Length"/>.</summary>
    /// <inheritdoc cref="Unpack(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static void Unpack(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> beside, Span<byte> text)
    {
        if (packed[0] == Plain)
        {
            packed[1..].CopyTo(text);
        }
        else
        {
            new TextUnpacker(packed, beside, text).Run();
        }
    }

    internal static InvalidDataException Broken() => new("A stored text is damaged");

    internal static int ReadNumber(ReadOnlySpan<byte> packed, ref int position)
    {
        var number = 0;
        for (var shift = 0; shift < 31 && position < packed.Length; shift += 7)
        {
            var next = packed[position++];
            number |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number >= 0 ? number : throw Broken();
            }
        }

        throw Broken();
    }

    /// <summary>Four bytes as a number, for hashing and comparing.</summary>
    internal static uint Four(ReadOnlySpan<byte> text, int position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(text[position..]);
}
