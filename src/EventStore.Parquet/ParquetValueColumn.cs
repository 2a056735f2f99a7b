using System.Buffers.Binary;
using EventStore.Parquet.Pages;

namespace EventStore.Parquet;

/// <summary>A column of values while rows are being written.</summary>
public sealed class ParquetValueColumn : ParquetColumn
{
    private readonly ColumnChunkBuilder _chunk;

    internal ParquetValueColumn(
        ParquetValueField field,
        byte repetition,
        byte definition,
        IReadOnlyList<string> path,
        ChunkSettings settings)
        : base(field, definition)
    {
        Type = field.Type;
        _chunk = new(field.Type, repetition, Present, [.. path, field.Name], settings);
    }

    /// <summary>What the values are.</summary>
    public ParquetType Type { get; }

    internal override IEnumerable<ColumnChunkBuilder> Chunks => [_chunk];

    /// <summary>Adds a value of a <see cref="ParquetType.Boolean"/> column.</summary>
    public void AddBoolean(ParquetPosition position, bool value)
    {
        Require(Type == ParquetType.Boolean);
        _chunk.Add(position.Repetition, value ? [1] : [0]);
    }

    /// <summary>
    /// Adds a value of an <see cref="ParquetType.Int64"/> or <see cref="ParquetType.Timestamp"/> column.
    /// </summary>
    public void AddInt64(ParquetPosition position, long value)
    {
        Require(Type is ParquetType.Int64 or ParquetType.Timestamp);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _chunk.Add(position.Repetition, bytes);
    }

    /// <summary>Adds a value of a <see cref="ParquetType.Double"/> column.</summary>
    public void AddDouble(ParquetPosition position, double value)
    {
        Require(Type == ParquetType.Double);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _chunk.Add(position.Repetition, bytes);
    }

    /// <summary>Adds a value of a <see cref="ParquetType.Float"/> column.</summary>
    public void AddFloat(ParquetPosition position, float value)
    {
        Require(Type == ParquetType.Float);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _chunk.Add(position.Repetition, bytes);
    }

    /// <summary>
    /// Adds a value of a <see cref="ParquetType.Utf8"/> or <see cref="ParquetType.Json"/> column.
    /// </summary>
    /// <param name="position">Where it belongs.</param>
    /// <param name="value">The text in UTF-8, which is not checked.</param>
    public void AddUtf8(ParquetPosition position, ReadOnlySpan<byte> value)
    {
        Require(Type is ParquetType.Utf8 or ParquetType.Json);
        _chunk.Add(position.Repetition, value);
    }

    internal override void AddNulls(ParquetPosition position, int count) =>
        _chunk.AddNulls(position.Repetition, position.Definition, count);

    internal override void Settle()
    {
    }

    private void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"The column \"{Name}\" holds values of type {Type}.");
        }
    }
}
