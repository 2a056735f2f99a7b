namespace EventStore.Server.Collections.Shapes;

/// <summary>What was seen at one place of documents.</summary>
[Flags]
internal enum ValueKinds
{
    None = 0,

    Boolean = 1,

    /// <summary>Whole numbers of up to 53 bits, which are the same as doubles.</summary>
    Integer = 2,

    /// <summary>Whole numbers of up to 64 bits.</summary>
    LongInteger = 4,

    /// <summary>Whole numbers of more than 64 bits.</summary>
    HugeInteger = 8,

    /// <summary>Other numbers.</summary>
    Fraction = 16,

    /// <summary>Texts that are instants in UTC.</summary>
    Instant = 32,

    /// <summary>Other texts.</summary>
    Text = 64,

    Object = 128,

    Array = 256,

    AnyNumber = Integer | LongInteger | HugeInteger | Fraction,

    AnyText = Instant | Text,
}
