namespace EventStore.Groq.Values;

/// <summary>How a value is held. Several kinds can be of one GROQ type.</summary>
internal enum ValueKind : byte
{
    Null,
    Boolean,

    /// <summary>A computed number.</summary>
    Number,

    /// <summary>A number as a document or a literal spells it.</summary>
    NumberText,

    /// <summary>UTF-8, unescaped.</summary>
    String,

    /// <summary>The inside of a JSON string that holds escapes.</summary>
    EscapedString,

    /// <summary>A computed array.</summary>
    Array,

    /// <summary>A range of a JSON text that starts with a bracket.</summary>
    ArrayText,

    /// <summary>A computed object.</summary>
    Object,

    /// <summary>A range of a JSON text that starts with a brace.</summary>
    ObjectText,
    DateTime,
    Path,
}
