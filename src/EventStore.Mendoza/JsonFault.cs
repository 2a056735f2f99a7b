namespace EventStore.Mendoza;

/// <summary>What is wrong with a JSON text.</summary>
public enum JsonFault
{
    /// <summary>Not JSON by RFC 8259 (a byte order mark and raw control characters included).</summary>
    Syntax,

    /// <summary>Something other than white space follows the value.</summary>
    TrailingData,

    /// <summary>An object names a key twice, compared after resolving escapes.</summary>
    DuplicateKey,

    /// <summary>The bytes are not well-formed UTF-8.</summary>
    InvalidUtf8,

    /// <summary>An escape names half of a surrogate pair without the other half.</summary>
    LoneSurrogate,

    /// <summary>More arrays and objects are open than <see cref="JsonLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A number's spelling is longer than <see cref="JsonLimits.MaxNumberLength"/>.</summary>
    NumberTooLong,

    /// <summary>A number is too large for a finite IEEE double.</summary>
    NumberOutOfRange,

    /// <summary>The key <c>__proto__</c>, where <see cref="JsonLimits.RejectPrototypeKey"/> is set.</summary>
    PrototypeKey,
}
