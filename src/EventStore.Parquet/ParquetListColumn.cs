using EventStore.Parquet.Pages;

namespace EventStore.Parquet;

/// <summary>A list while rows are being written.</summary>
public sealed class ParquetListColumn : ParquetColumn
{
    private const string Repeated = "list";
    private const string ElementName = "element";

    private readonly byte _repetition;
    private PendingNulls _pending;

    internal ParquetListColumn(
        ParquetListField field,
        byte repetition,
        byte definition,
        IReadOnlyList<string> path,
        ChunkSettings settings)
        : base(field, definition)
    {
        _repetition = (byte)(repetition + 1);
        Element = Create(
            field.Element with { Name = ElementName },
            _repetition,
            (byte)(Present + 1),
            [.. path, field.Name, Repeated],
            settings);
    }

    /// <summary>What the list is of.</summary>
    public ParquetColumn Element { get; }

    internal override IEnumerable<ColumnChunkBuilder> Chunks => Element.Chunks;

    /// <summary>Adds a list without elements.</summary>
    public void AddEmpty(ParquetPosition position) => AddNulls(new(position.Repetition, Present), 1);

    /// <summary>Begins a list.</summary>
    /// <returns>Where its first element gets its value.</returns>
    public ParquetPosition First(ParquetPosition position)
    {
        PassOn();
        return new(position.Repetition, (byte)(Present + 1));
    }

    /// <summary>Where each element behind the first one gets its value.</summary>
    public ParquetPosition Next => new(_repetition, (byte)(Present + 1));

    internal override void AddNulls(ParquetPosition position, int count)
    {
        if (!_pending.Extend(position, count))
        {
            PassOn();
            _pending = new(position, count);
        }
    }

    internal override void Settle()
    {
        PassOn();
        Element.Settle();
    }

    private void PassOn()
    {
        if (_pending.Count > 0)
        {
            Element.AddNulls(_pending.Position, _pending.Count);
            _pending = default;
        }
    }
}
