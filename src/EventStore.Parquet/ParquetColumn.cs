using EventStore.Parquet.Pages;

namespace EventStore.Parquet;

/// <summary>
/// A field while rows are being written. At every position that it is offered, each field is given a value or a null
/// exactly once; fields may be given theirs in any order.
/// </summary>
public abstract class ParquetColumn
{
    private readonly bool _isNullable;

    private protected ParquetColumn(ParquetField field, byte definition)
    {
        ArgumentException.ThrowIfNullOrEmpty(field.Name, nameof(field));
        Name = field.Name;
        _isNullable = field.IsNullable;
        Present = (byte)(definition + (field.IsNullable ? 1 : 0));
    }

    /// <summary>The field's name.</summary>
    public string Name { get; }

    /// <summary>The definition level of this field when it is not null.</summary>
    internal byte Present { get; }

    /// <summary>Adds a null.</summary>
    /// <exception cref="InvalidOperationException">The field is not nullable.</exception>
    public void AddNull(ParquetPosition position)
    {
        if (!_isNullable)
        {
            throw new InvalidOperationException($"The column \"{Name}\" is not nullable.");
        }

        AddNulls(position, 1);
    }

    /// <summary>Adds the same null, or that of something around this field, many times.</summary>
    internal abstract void AddNulls(ParquetPosition position, int count);

    /// <summary>Passes on what was put off, so that all columns below are level.</summary>
    internal abstract void Settle();

    /// <summary>The columns of values at or below this one, in the order of the schema.</summary>
    internal abstract IEnumerable<ColumnChunkBuilder> Chunks { get; }

    /// <summary>Makes the columns of a schema.</summary>
    internal static ParquetColumn Create(
        ParquetField field, byte repetition, byte definition, IReadOnlyList<string> path, ChunkSettings settings)
    {
        if (path.Count >= ParquetField.MaxDepth)
        {
            throw new ArgumentException($"The schema nests more than {ParquetField.MaxDepth} levels deep.");
        }

        return field switch
        {
            ParquetValueField value => new ParquetValueColumn(value, repetition, definition, path, settings),
            ParquetStructField group => new ParquetStructColumn(group, repetition, definition, path, settings),
            ParquetListField list => new ParquetListColumn(list, repetition, definition, path, settings),
            _ => throw new ArgumentException($"\"{field.Name}\" is no field of a known kind.", nameof(field)),
        };
    }
}
