using System.Buffers.Binary;
using System.Text;

namespace EventStore.Log.Projections.Attributes;

/// <summary>
/// Values of attributes as bytes whose order is the order of the values: numbers, then strings by their UTF-8 bytes,
/// then false and true, then arrays and objects, which have no order, then what is null or missing. No form is the
/// beginning of another one, so whatever follows a value in a key only decides between equal values.
/// </summary>
/// <remarks>
/// A string ends with a zero byte; the bytes 0 and 1 in it are written as 1 and themselves plus 1, which keeps the
/// order. Of a string longer than <see cref="Limits.IndexedTextBytes"/> only the beginning is kept.
/// </remarks>
public static class AttributeValues
{
    /// <summary>Longest form of a value, in bytes.</summary>
    internal const int MaxLength = (Limits.IndexedTextBytes * 2) + 2;

    private const byte NumberRank = 1;
    private const byte TextRank = 2;
    private const byte BooleanRank = 3;
    private const byte StructureRank = 4;
    private const byte MissingRank = 5;
    private const byte EndRank = 6;
    private const byte TextEnd = 0;
    private const byte TextEscape = 1;
    private const int NumberLength = 9;

    /// <summary>All values, and none.</summary>
    public static AttributeRange Everything { get; } = new([NumberRank], [EndRank], IsExact: true);

    /// <summary>All values but null.</summary>
    public static AttributeRange Defined { get; } = new([NumberRank], [MissingRank], IsExact: true);

    /// <summary>Null, or no such attribute.</summary>
    public static AttributeRange Missing { get; } = new([MissingRank], [EndRank], IsExact: true);

    /// <summary>
    /// What an order by value does not tell apart: arrays, objects, and nothing, each of them sorted by id.
    /// </summary>
    public static IReadOnlyList<AttributeRange> Unordered { get; } =
        [new([StructureRank], [MissingRank], IsExact: true), Missing];

    /// <summary>A number.</summary>
    public static AttributeRange Equal(double number) => Around(Form(number), isExact: true);

    /// <summary>A string.</summary>
    public static AttributeRange Equal(string text) => Around(Form(text, out var isWhole), isWhole);

    /// <summary>A boolean.</summary>
    public static AttributeRange Equal(bool value) => new(
        [BooleanRank, value ? (byte)1 : (byte)0], [BooleanRank, value ? (byte)2 : (byte)1], IsExact: true);

    /// <summary>Numbers below another one, or up to it.</summary>
    public static AttributeRange Below(double number, bool orEqual) =>
        new([NumberRank], orEqual ? Behind(Form(number)) : Form(number), IsExact: true);

    /// <summary>Numbers above another one, or from it on.</summary>
    public static AttributeRange Above(double number, bool orEqual) =>
        new(orEqual ? Form(number) : Behind(Form(number)), [TextRank], IsExact: true);

    /// <summary>Strings before another one, or up to it.</summary>
    public static AttributeRange Below(string text, bool orEqual)
    {
        var form = Form(text, out var isWhole);
        return new([TextRank], orEqual || !isWhole ? Behind(form) : form, isWhole);
    }

    /// <summary>Strings behind another one, or from it on.</summary>
    public static AttributeRange Above(string text, bool orEqual)
    {
        var form = Form(text, out var isWhole);
        return new(orEqual || !isWhole ? form : Behind(form), [BooleanRank], isWhole);
    }

    /// <summary>Whether a value is one of those that an order does not tell apart.</summary>
    public static bool IsUnordered(ReadOnlySpan<byte> form) => form[0] >= StructureRank;

    /// <summary>Whether a value may stand for others too, since only the beginning of it is kept.</summary>
    public static bool IsCut(ReadOnlySpan<byte> form)
    {
        if (form[0] != TextRank)
        {
            return false;
        }

        var length = 0;
        for (var at = 1; form[at] != TextEnd; at++)
        {
            at += form[at] == TextEscape ? 1 : 0;
            length++;
        }

        return length >= Limits.IndexedTextBytes;
    }

    /// <summary>All that has the same value; where an order tells more apart than that, too much.</summary>
    public static AttributeRange Around(ReadOnlySpan<byte> form) => Around(form.ToArray(), !IsCut(form));

    /// <summary>How many bytes of a key are the value that it begins with.</summary>
    public static int LengthOf(ReadOnlySpan<byte> key) => key[0] switch
    {
        NumberRank => NumberLength,
        TextRank => key.IndexOf(TextEnd) + 1,
        BooleanRank => 2,
        _ => 1,
    };

    internal static int WriteNumber(double number, Span<byte> target)
    {
        // Negative numbers have all bits turned, others the first: then the order of bytes is that of numbers.
        var bits = BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number);
        target[0] = NumberRank;
        BinaryPrimitives.WriteInt64BigEndian(target[1..], bits < 0 ? ~bits : bits ^ long.MinValue);
        return NumberLength;
    }

    internal static int WriteText(ReadOnlySpan<byte> text, Span<byte> target)
    {
        target[0] = TextRank;
        var at = 1;
        foreach (var value in text[..Math.Min(text.Length, Limits.IndexedTextBytes)])
        {
            if (value <= TextEscape)
            {
                target[at++] = TextEscape;
            }

            target[at++] = value <= TextEscape ? (byte)(value + 1) : value;
        }

        target[at++] = TextEnd;
        return at;
    }

    internal static int WriteBoolean(bool value, Span<byte> target)
    {
        (target[0], target[1]) = (BooleanRank, value ? (byte)1 : (byte)0);
        return 2;
    }

    internal static int WriteStructure(Span<byte> target)
    {
        target[0] = StructureRank;
        return 1;
    }

    internal static int WriteMissing(Span<byte> target)
    {
        target[0] = MissingRank;
        return 1;
    }

    /// <summary>The first form behind all that begin with this one.</summary>
    internal static byte[] Behind(ReadOnlySpan<byte> form)
    {
        var behind = form.ToArray();
        var last = behind.Length - 1;
        while (behind[last] == byte.MaxValue)
        {
            last--;
        }

        behind[last]++;
        return behind[..(last + 1)];
    }

    private static AttributeRange Around(byte[] form, bool isExact) => new(form, Behind(form), isExact);

    private static byte[] Form(double number)
    {
        var form = new byte[NumberLength];
        WriteNumber(number, form);
        return form;
    }

    private static byte[] Form(string text, out bool isWhole)
    {
        // What is cut is as long as what is not and just fits: neither is told from the other.
        var bytes = Encoding.UTF8.GetBytes(text);
        isWhole = bytes.Length < Limits.IndexedTextBytes;
        Span<byte> form = stackalloc byte[MaxLength];
        return form[..WriteText(bytes, form)].ToArray();
    }
}
