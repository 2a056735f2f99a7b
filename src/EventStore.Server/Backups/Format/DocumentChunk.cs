namespace EventStore.Server.Backups.Format;

/// <summary>Some documents of a part that are compressed together: their ids, kinds and lengths, then their
/// texts.</summary>
internal static class DocumentChunk
{
    private const int Kinds = (int)DocumentEntryKind.Patch + 1;

    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<DocumentEntry> entries)
    {
        var plain = new FieldWriter();
        plain.Number(entries.Count);
        foreach (var entry in entries)
        {
            plain.Bytes(entry.Id.Span);
            plain.Number((long)entry.Kind);
            plain.Number(entry.Content.Length);
        }

        foreach (var entry in entries)
        {
            plain.Raw(entry.Content.Span);
        }

        return CompressedBlock.Encode(plain.Written.Span);
    }

    /// <exception cref="BackupDamagedException">It is no such chunk.</exception>
    public static DocumentEntry[] Decode(ReadOnlyMemory<byte> chunk)
    {
        var reader = new FieldReader(CompressedBlock.Decode(chunk));
        var ids = new (ReadOnlyMemory<byte> Id, DocumentEntryKind Kind, long Length)[reader.Count()];
        for (var index = 0; index < ids.Length; index++)
        {
            ids[index] = (reader.Bytes(), (DocumentEntryKind)reader.Index(Kinds), reader.Number());
            if (index > 0 && ids[index - 1].Id.Span.SequenceCompareTo(ids[index].Id.Span) >= 0)
            {
                throw FieldReader.Broken();
            }
        }

        var entries = Array.ConvertAll(ids, id => new DocumentEntry(id.Id, id.Kind, reader.Raw(id.Length)));
        reader.RequireEnd();
        return entries;
    }
}
