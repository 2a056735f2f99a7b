namespace EventStore.Log.Transactions;

/// <summary>Two sets of sixteen characters, two of which fit into a byte.</summary>
internal static class PackedAlphabets
{
    private const byte None = 0xFF;

    private static readonly byte[] PunctuatedValues = ValuesOf(Punctuated);
    private static readonly byte[] HexadecimalValues = ValuesOf(Hexadecimal);

    /// <summary>What lists of numbers, versions and times are made of.</summary>
    public static ReadOnlySpan<byte> Punctuated => "0123456789,\".-:T"u8;

    /// <summary>What hashes are made of.</summary>
    public static ReadOnlySpan<byte> Hexadecimal => "0123456789abcdef"u8;

    /// <summary>How many characters from the beginning of a text are of an alphabet, up to a limit.</summary>
    public static int CountPunctuated(ReadOnlySpan<byte> text, int limit) => Count(PunctuatedValues, text, limit);

    /// <inheritdoc cref="CountPunctuated"/>
    public static int CountHexadecimal(ReadOnlySpan<byte> text, int limit) => Count(HexadecimalValues, text, limit);

    /// <summary>Packs an even number of characters, all of them of the alphabet.</summary>
    public static void Pack(bool isHexadecimal, ReadOnlySpan<byte> text, Span<byte> packed)
    {
        var values = isHexadecimal ? HexadecimalValues : PunctuatedValues;
        for (var index = 0; index < text.Length; index += 2)
        {
            packed[index / 2] = (byte)((values[text[index]] << 4) | values[text[index + 1]]);
        }
    }

    /// <summary>Unpacks two characters a byte.</summary>
    public static void Unpack(bool isHexadecimal, ReadOnlySpan<byte> packed, Span<byte> text)
    {
        var characters = isHexadecimal ? Hexadecimal : Punctuated;
        for (var index = 0; index < packed.Length; index++)
        {
            text[2 * index] = characters[packed[index] >> 4];
            text[(2 * index) + 1] = characters[packed[index] & 15];
        }
    }

    private static int Count(byte[] values, ReadOnlySpan<byte> text, int limit)
    {
        var end = Math.Min(limit, text.Length);
        var count = 0;
        while (count < end && values[text[count]] != None)
        {
            count++;
        }

        return count;
    }

    private static byte[] ValuesOf(ReadOnlySpan<byte> characters)
    {
        var values = new byte[256];
        Array.Fill(values, None);
        for (var index = 0; index < characters.Length; index++)
        {
            values[characters[index]] = (byte)index;
        }

        return values;
    }
}
