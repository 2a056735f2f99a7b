using EventStore.Parquet.Pages;

namespace EventStore.Parquet;

/// <summary>A struct while rows are being written.</summary>
public sealed class ParquetStructColumn : ParquetColumn
{
    private PendingNulls _pending;

    internal ParquetStructColumn(
        ParquetStructField field,
        byte repetition,
        byte definition,
        IReadOnlyList<string> path,
        ChunkSettings settings)
        : base(field, definition)
    {
        if (field.Fields.Count == 0)
        {
            throw new ArgumentException($"The struct \"{field.Name}\" has no fields.", nameof(field));
        }

        Fields = [.. field.Fields.Select(child => Create(child, repetition, Present, [.. path, field.Name], settings))];
    }

    /// <summary>The fields, in the order of the schema.</summary>
    public IReadOnlyList<ParquetColumn> Fields { get; }

    internal override IEnumerable<ColumnChunkBuilder> Chunks => Fields.SelectMany(child => child.Chunks);

    /// <summary>Adds a struct.</summary>
    /// <returns>Where each of its fields gets its value.</returns>
    public ParquetPosition Enter(ParquetPosition position)
    {
        PassOn();
        return new(position.Repetition, Present);
    }

    internal override void AddNulls(ParquetPosition position, int count)
    {
        // Most structs of a schema that fits many documents are absent from most of them: their columns hear of it once
        // for many rows.
        if (!_pending.Extend(position, count))
        {
            PassOn();
            _pending = new(position, count);
        }
    }

    internal override void Settle()
    {
        PassOn();
        foreach (var field in Fields)
        {
            field.Settle();
        }
    }

    private void PassOn()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        foreach (var field in Fields)
        {
            field.AddNulls(_pending.Position, _pending.Count);
        }

        _pending = default;
    }
}
