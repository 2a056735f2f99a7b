using System.Buffers;

namespace EventStore.Log.Projections;

/// <summary>
/// Documents by ascending id, written one a line as an export shows them, so that most readers pass on bytes. Its
/// memory is rented: whoever holds a batch disposes it and keeps nothing of it.
/// </summary>
public sealed class DocumentBatch : IDisposable
{
    private readonly Entry[] _entries;
    private readonly int _textStart;
    private readonly int _textLength;
    private byte[]? _buffer;

    internal DocumentBatch(byte[] buffer, int textStart, int textLength, Entry[] entries)
    {
        _buffer = buffer;
        _textStart = textStart;
        _textLength = textLength;
        _entries = entries;
    }

    /// <summary>A batch of no documents.</summary>
    internal static DocumentBatch Empty() => new([], 0, 0, []);

    /// <summary>How many documents.</summary>
    public int Count => _entries.Length;

    /// <summary>All of them, each with its line end.</summary>
    public ReadOnlyMemory<byte> Text => Buffer.AsMemory(_textStart, _textLength);

    /// <summary>Disposed with the batch: whatever its reader has taken for it.</summary>
    internal IDisposable? Lease { get; set; }

    internal ReadOnlySpan<Entry> Entries => _entries;

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(DocumentBatch));

    /// <summary>One of them.</summary>
    public DocumentLine this[int index]
    {
        get
        {
            var entry = _entries[index];
            var json = Buffer.AsMemory(_textStart + entry.Start, entry.Length - 1);
            return new(entry.Document, entry.Sequence, json);
        }
    }

    /// <summary>The lines from one document up to another, which is not included.</summary>
    public ReadOnlyMemory<byte> Lines(int from, int to) =>
        from == to ? default : Text[_entries[from].Start..(_entries[to - 1].Start + _entries[to - 1].Length)];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
            Lease?.Dispose();
        }
    }

    /// <summary>Where a document's line is; the length includes its line end.</summary>
    internal readonly record struct Entry(int Document, long Sequence, int Start, int Length);
}
