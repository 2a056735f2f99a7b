namespace EventStore.Mendoza;

/// <summary>The limits of the patcher and the differ, all of them.</summary>
public static class MendozaLimits
{
    /// <summary>
    /// Longest result of one patch, in bytes of canonical JSON. A patch may name one value any number of times.
    /// </summary>
    public const int MaxResultLength = 128 * 1024 * 1024;

    /// <summary>Deepest nesting of arrays and objects in a document, before or after a patch.</summary>
    public const int MaxDepth = JsonLimits.DefaultMaxDepth;

    /// <summary>
    /// Most elements that one emitted slice copies: the npm patcher passes a slice as call arguments and overflows its
    /// stack somewhere above 100 000.
    /// </summary>
    public const int MaxSliceLength = 50_000;

    /// <summary>
    /// What a chain may keep of older revisions before it starts anew: this many times the document's bytes, and <see
    /// cref="ChainSlack"/> bytes.
    /// </summary>
    internal const int ChainWeight = 3;

    /// <inheritdoc cref="ChainWeight"/>
    internal const int ChainSlack = 64 * 1024;

    /// <summary>
    /// How many entries of built values a patch may copy besides as many as it has bytes, before its chain starts anew.
    /// </summary>
    internal const int ChainCopies = 4 * 1024;

    /// <summary>Most bytes of short strings that a chain puts together for one patch.</summary>
    internal const int ChainJoinedText = 2 * 1024;

    /// <summary>
    /// How a patch and the values in it may be written: one level more than the documents themselves.
    /// </summary>
    internal static JsonLimits PatchText { get; } = new() { MaxDepth = MaxDepth + 1 };
}
