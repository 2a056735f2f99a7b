using System.Security.Cryptography;

namespace EventStore.Server.Backups.Format;

/// <summary>What stands at the end of a part with documents: where its chunks are.</summary>
internal static class DocumentIndex
{
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<ChunkPlace> chunks)
    {
        var plain = new FieldWriter();
        plain.Number(chunks.Count);
        foreach (var chunk in chunks)
        {
            plain.Bytes(chunk.LastId.Span);
            plain.Number(chunk.Length);
            plain.Raw(chunk.Sha256.Span);
        }

        return plain.Written;
    }

    /// <exception cref="BackupDamagedException">It is no such index.</exception>
    public static ChunkPlace[] Decode(ReadOnlyMemory<byte> index, DocumentPart part)
    {
        var reader = new FieldReader(index);
        var chunks = new ChunkPlace[reader.Count()];
        var offset = (long)PartKind.HeaderBytes;
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            var (lastId, length) = (reader.Bytes(), reader.Number());
            if (length > part.Length - part.IndexLength - offset)
            {
                throw FieldReader.Broken();
            }

            chunks[chunk] = new(lastId, offset, (int)length, reader.Raw(SHA256.HashSizeInBytes));
            offset += length;
        }

        reader.RequireEnd();
        return offset == part.Length - part.IndexLength ? chunks : throw FieldReader.Broken();
    }

    /// <summary>The first chunk that may hold a document, or one behind it.</summary>
    public static int Find(ReadOnlySpan<ChunkPlace> chunks, ReadOnlySpan<byte> id)
    {
        var (low, high) = (0, chunks.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = chunks[middle].LastId.Span.SequenceCompareTo(id) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
