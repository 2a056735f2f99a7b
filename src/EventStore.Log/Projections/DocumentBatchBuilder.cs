using System.Buffers;
using EventStore.Log.Documents;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Projections;

/// <summary>Collects lines into a batch. Documents must come by ascending id.</summary>
internal sealed class DocumentBatchBuilder(int capacity) : IBufferWriter<byte>, IDisposable
{
    private readonly List<DocumentBatch.Entry> _entries = [];
    private byte[] _content = [];
    private byte[] _buffer = [];
    private int _length;

    public int Count => _entries.Count;

    /// <summary>Bytes so far.</summary>
    public int Length => _length;

    /// <summary>Adds a document as the log knows it.</summary>
    /// <param name="document">Its number.</param>
    /// <param name="sequence">The transaction that made this state.</param>
    /// <param name="content">Canonical, without <c>_rev</c>.</param>
    /// <param name="revision">That transaction's id.</param>
    public void Add(int document, long sequence, ReadOnlySpan<byte> content, string revision)
    {
        var start = _length;
        DocumentContent.WriteWithRevision(content, revision, this);
        this.Write("\n"u8);
        _entries.Add(new(document, sequence, start, _length - start));
    }

    /// <summary>Adds a document as the log stores it.</summary>
    /// <exception cref="InvalidDataException">It is no packed text.</exception>
    public void AddPacked(int document, long sequence, ReadOnlySpan<byte> packed, string revision)
    {
        var content = Content(PackedText.Length(packed));
        PackedText.Unpack(packed, default, content);
        Add(document, sequence, content, revision);
    }

    /// <summary>Adds the document that a chain has come to, if there is one.</summary>
    public void Add(int document, long sequence, MendozaChain chain, string revision)
    {
        if (!chain.IsNull)
        {
            var content = Content(chain.Length);
            chain.CopyTo(content);
            Add(document, sequence, content, revision);
        }
    }

    /// <summary>Copies lines of another batch, from one document up to another, which is not included.</summary>
    public void Add(DocumentBatch batch, int from, int to)
    {
        if (from == to)
        {
            return;
        }

        var shift = _length - batch.Entries[from].Start;
        foreach (var entry in batch.Entries[from..to])
        {
            _entries.Add(entry with { Start = entry.Start + shift });
        }

        this.Write(batch.Lines(from, to).Span);
    }

    /// <summary>Hands out what was collected and starts again.</summary>
    /// <param name="lease">Given back with the batch.</param>
    public DocumentBatch Take(IDisposable? lease = null)
    {
        var batch = new DocumentBatch(_buffer, 0, _length, _entries.ToArray()) { Lease = lease };
        _buffer = [];
        _length = 0;
        _entries.Clear();
        return batch;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_content);
        ArrayPool<byte>.Shared.Return(_buffer);
        (_content, _buffer) = ([], []);
    }

    /// <summary>Memory for a document before its revision is put in; used again for the next one.</summary>
    private Span<byte> Content(int length)
    {
        if (_content.Length < length)
        {
            ArrayPool<byte>.Shared.Return(_content);
            _content = [];
            _content = ArrayPool<byte>.Shared.Rent(length);
        }

        return _content.AsSpan(0, length);
    }

    private void Reserve(int bytes)
    {
        var needed = checked(_length + Math.Max(bytes, 1));
        if (needed <= _buffer.Length)
        {
            return;
        }

        var twice = (int)Math.Min(_buffer.Length * 2L, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(twice, capacity)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
