namespace EventStore.Mendoza;

/// <summary>Why a patch cannot be decoded or applied.</summary>
public enum MendozaErrorCode
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The patch is not a JSON array, or not well-formed JSON at all.</summary>
    MalformedPatch,

    /// <summary>The left document is not canonical JSON, or nested too deeply.</summary>
    MalformedDocument,

    /// <summary>An operation code is not an integer from 0 to 23.</summary>
    UnknownOperation,

    /// <summary>The last operation lacks parameters.</summary>
    Truncated,

    /// <summary>A parameter is of the wrong JSON type, or an index is negative or fractional.</summary>
    WrongParameter,

    /// <summary>An index or a slice lies outside the value it refers to, or a slice ends before it starts.</summary>
    OutOfRange,

    /// <summary>The value under the cursor or in the output is of another type than the operation needs.</summary>
    WrongType,

    /// <summary>An operation needs more entries than a stack has.</summary>
    StackUnderflow,

    /// <summary>The value under the cursor was not reached by a key (the root, or an array element).</summary>
    NoKey,

    /// <summary>A string slice starts or ends inside a code point.</summary>
    SplitCodePoint,

    /// <summary>The result is longer than <see cref="MendozaLimits.MaxResultLength"/>.</summary>
    ResultTooLarge,

    /// <summary>The result is nested more deeply than <see cref="MendozaLimits.MaxDepth"/>.</summary>
    ResultTooDeep,
}
