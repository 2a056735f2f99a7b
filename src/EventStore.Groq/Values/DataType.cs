namespace EventStore.Groq.Values;

/// <summary>The types of the language that a value can have at run time.</summary>
internal enum DataType : byte
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
    DateTime,
    Path,
}
