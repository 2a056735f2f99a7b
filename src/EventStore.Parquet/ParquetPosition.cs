namespace EventStore.Parquet;

/// <summary>
/// Where the next value of a column belongs: how many of the structs and lists around it are there, and which of the
/// lists goes on with it. A position comes from the writer (a new row), from a struct or from a list.
/// </summary>
public readonly struct ParquetPosition
{
    internal ParquetPosition(byte repetition, byte definition)
    {
        Repetition = repetition;
        Definition = definition;
    }

    internal byte Repetition { get; }

    internal byte Definition { get; }
}
