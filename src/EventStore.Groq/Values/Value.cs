using System.Globalization;
using System.Text;

namespace EventStore.Groq.Values;

/// <summary>
/// One value. What came from a document stays a range of the document's bytes until somebody needs more of it, so that
/// a value that is only passed on is copied, number spelling and all.
/// </summary>
internal readonly struct Value
{
    private readonly object? reference;
    private readonly long bits;

    private Value(ValueKind kind, object? reference, long bits)
    {
        Kind = kind;
        this.reference = reference;
        this.bits = bits;
    }

    public static Value Null => default;

    public static Value True => new(ValueKind.Boolean, null, 1);

    public static Value False => new(ValueKind.Boolean, null, 0);

    public ValueKind Kind { get; }

    public DataType Type => Kind switch
    {
        ValueKind.Null => DataType.Null,
        ValueKind.Boolean => DataType.Boolean,
        ValueKind.Number or ValueKind.NumberText => DataType.Number,
        ValueKind.String or ValueKind.EscapedString => DataType.String,
        ValueKind.Array or ValueKind.ArrayText => DataType.Array,
        ValueKind.Object or ValueKind.ObjectText => DataType.Object,
        ValueKind.DateTime => DataType.DateTime,
        _ => DataType.Path,
    };

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsTrue => Kind == ValueKind.Boolean && bits != 0;

    public bool IsFalse => Kind == ValueKind.Boolean && bits == 0;

    public bool IsBoolean => Kind == ValueKind.Boolean;

    public bool IsNumber => Kind is ValueKind.Number or ValueKind.NumberText;

    public bool IsString => Kind is ValueKind.String or ValueKind.EscapedString;

    public bool IsArray => Kind is ValueKind.Array or ValueKind.ArrayText;

    public bool IsObject => Kind is ValueKind.Object or ValueKind.ObjectText;

    public int Start => (int)(bits >> 32);

    public int End => (int)bits;

    /// <summary>The range itself: of a number, of the inside of a string, of a container.</summary>
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(Start..End);

    public byte[] Bytes => reference as byte[] ?? ((JsonText)reference!).Bytes;

    public JsonText Text => (JsonText)reference!;

    /// <summary>The document that the value is a range of; null when it is none.</summary>
    public JsonText? Document => reference as JsonText;

    public Value[] Items => (Value[])reference!;

    public ObjectValue Fields => (ObjectValue)reference!;

    public PathPattern Path => (PathPattern)reference!;

    /// <summary>Ticks of 100 ns, UTC.</summary>
    public long Ticks => bits;

    public static Value Of(bool value) => value ? True : False;

    /// <summary>A computed number; infinities and not-a-number are null (spec, Number).</summary>
    public static Value Of(double value) => double.IsFinite(value)
        ? new Value(ValueKind.Number, null, BitConverter.DoubleToInt64Bits(value))
        : Null;

    public static Value Of(string value) => Utf8(Encoding.UTF8.GetBytes(value));

    public static Value Utf8(byte[] utf8) => new(ValueKind.String, utf8, Range(0, utf8.Length));

    public static Value Utf8(byte[] bytes, int start, int end) => new(ValueKind.String, bytes, Range(start, end));

    public static Value EscapedString(byte[] bytes, int start, int end) =>
        new(ValueKind.EscapedString, bytes, Range(start, end));

    public static Value NumberText(byte[] bytes, int start, int end) =>
        new(ValueKind.NumberText, bytes, Range(start, end));

    public static Value Array(Value[] items) => new(ValueKind.Array, items, 0);

    public static Value ArrayText(JsonText text, int start, int end) =>
        new(ValueKind.ArrayText, text, Range(start, end));

    public static Value Object(ObjectValue fields) => new(ValueKind.Object, fields, 0);

    public static Value ObjectText(JsonText text, int start, int end) =>
        new(ValueKind.ObjectText, text, Range(start, end));

    public static Value DateTime(long ticks) => new(ValueKind.DateTime, null, ticks);

    public static Value Of(PathPattern path) => new(ValueKind.Path, path, 0);

    public double ToDouble() => Kind == ValueKind.Number
        ? BitConverter.Int64BitsToDouble(bits)
        : ParseNumber(Span);

    /// <summary>The string's UTF-8; copied only if it holds escapes.</summary>
    public ReadOnlySpan<byte> ToUtf8() => Kind == ValueKind.String ? Span : JsonStrings.Unescape(Span);

    public override string ToString() => Kind switch
    {
        ValueKind.String or ValueKind.EscapedString => Encoding.UTF8.GetString(ToUtf8()),
        _ => Kind.ToString(),
    };

    /// <summary>The attribute of an object; null for anything else.</summary>
    public Value Attribute(ReadOnlySpan<byte> name) => Kind switch
    {
        ValueKind.ObjectText => JsonReader.Attribute(this, name),
        ValueKind.Object => Fields.Get(name),
        _ => Null,
    };

    private static double ParseNumber(ReadOnlySpan<byte> text)
    {
        // Plain integers are what most documents hold; up to fifteen digits they are exact.
        if (text.Length <= 15)
        {
            long integer = 0;
            int at = text[0] == '-' ? 1 : 0;
            while (at < text.Length && (uint)(text[at] - '0') <= 9)
            {
                integer = (integer * 10) + text[at] - '0';
                at++;
            }
            if (at == text.Length)
            {
                return text[0] == '-' ? -(double)integer : integer;
            }
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw JsonReader.Malformed();
    }

    private static long Range(int start, int end) => ((long)start << 32) | (uint)end;
}
