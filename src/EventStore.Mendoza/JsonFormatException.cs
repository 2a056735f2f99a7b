namespace EventStore.Mendoza;

/// <summary>JSON text that cannot be taken in; says what is wrong and where.</summary>
public sealed class JsonFormatException : FormatException
{
    public JsonFormatException(JsonFault fault, int offset)
        : base(Describe(fault) + " at byte " + offset.ToString(System.Globalization.CultureInfo.InvariantCulture))
    {
        Fault = fault;
        Offset = offset;
    }

    /// <summary>What is wrong.</summary>
    public JsonFault Fault { get; }

    /// <summary>Byte offset in the text, counted from 0.</summary>
    public int Offset { get; }

    private static string Describe(JsonFault fault) => fault switch
    {
        JsonFault.TrailingData => "data after the end of the JSON value",
        JsonFault.DuplicateKey => "duplicate object key",
        JsonFault.InvalidUtf8 => "invalid UTF-8",
        JsonFault.LoneSurrogate => "lone surrogate in a string",
        JsonFault.TooDeep => "JSON nested too deeply",
        JsonFault.NumberTooLong => "number too long",
        JsonFault.NumberOutOfRange => "number outside the range of a double",
        JsonFault.PrototypeKey => "object key __proto__ is not allowed",
        _ => "malformed JSON",
    };
}
