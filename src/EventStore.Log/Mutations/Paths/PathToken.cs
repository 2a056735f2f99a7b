namespace EventStore.Log.Mutations.Paths;

/// <summary>What a token of a path is.</summary>
internal enum PathTokenKind
{
    /// <summary>A name such as <c>title</c>.</summary>
    Identifier,

    /// <summary>A text in double quotes.</summary>
    DoubleQuoted,

    /// <summary>A text in single quotes.</summary>
    SingleQuoted,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A bracket, an operator, a comparator, or the words true and false.</summary>
    Symbol,

    /// <summary>The end of the path.</summary>
    End,
}

/// <summary>One token of a path.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name or symbol, a number's digits, or the text of a quoted one without quotes and
/// escapes.</param>
/// <param name="Offset">Where it begins, in UTF-16 code units.</param>
internal readonly record struct PathToken(PathTokenKind Kind, string Text, int Offset);
