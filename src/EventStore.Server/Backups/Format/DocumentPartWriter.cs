using System.Security.Cryptography;
using System.Text;

namespace EventStore.Server.Backups.Format;

/// <summary>Collects documents, which must come by ascending id, into a part.</summary>
internal sealed class DocumentPartWriter
{
    private readonly FieldWriter _part = new();
    private readonly List<DocumentEntry> _chunk = [];
    private readonly List<ChunkPlace> _places = [];
    private long _chunkBytes;
    private int _entries;
    private string _first = string.Empty;

    public bool IsEmpty => _entries == 0;

    public bool IsFull => _part.Length >= ServerLimits.BackupPartBytes;

    /// <param name="entry">The document; it is copied.</param>
    public void Add(DocumentEntry entry)
    {
        if (_entries++ == 0)
        {
            _part.Raw(PartKind.Documents);
            _first = entry.IdText;
        }

        _chunk.Add(new(entry.Id.ToArray(), entry.Kind, entry.Content.ToArray()));
        _chunkBytes += entry.Id.Length + entry.Content.Length;
        if (_chunkBytes >= ServerLimits.BackupChunkBytes)
        {
            FlushChunk();
        }
    }

    /// <summary>The part, and what it is; the key and the digest of the blob are set by whoever keeps it.</summary>
    public (ReadOnlyMemory<byte> Content, DocumentPart Part) Finish()
    {
        FlushChunk();
        var index = DocumentIndex.Encode(_places);
        _part.Raw(index.Span);
        return (_part.Written, new(
            string.Empty,
            _part.Length,
            string.Empty,
            _first,
            Encoding.UTF8.GetString(_places[^1].LastId.Span),
            _entries,
            index.Length,
            Convert.ToHexStringLower(SHA256.HashData(index.Span))));
    }

    private void FlushChunk()
    {
        if (_chunk.Count == 0)
        {
            return;
        }

        var chunk = DocumentChunk.Encode(_chunk);
        _places.Add(new(_chunk[^1].Id, _part.Length, chunk.Length, SHA256.HashData(chunk.Span)));
        _part.Raw(chunk.Span);
        _chunk.Clear();
        _chunkBytes = 0;
    }
}
