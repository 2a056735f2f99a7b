namespace EventStore.Mendoza;

/// <summary>
/// What JSON text may ask of a reader. Everything outside the limits is a <see cref="JsonFormatException"/>.
/// </summary>
public sealed record JsonLimits
{
    /// <summary>Deepest nesting of arrays and objects unless said otherwise.</summary>
    public const int DefaultMaxDepth = 1000;

    /// <summary>Longest number, in bytes of its spelling, unless said otherwise.</summary>
    public const int DefaultMaxNumberLength = 1000;

    /// <summary>The defaults: depth 1000, numbers up to 1000 bytes, the key <c>__proto__</c> allowed.</summary>
    public static JsonLimits Default { get; } = new();

    /// <summary>How many arrays and objects may be open at once; a scalar has depth 0.</summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    /// <summary>Longest number, in bytes of its spelling.</summary>
    public int MaxNumberLength { get; init; } = DefaultMaxNumberLength;

    /// <summary>
    /// Whether the key <c>__proto__</c> is refused: the npm patcher loses it whenever it copies the object that holds
    /// it.
    /// </summary>
    public bool RejectPrototypeKey { get; init; }
}
