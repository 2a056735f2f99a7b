using System.Text;
using EventStore.Mendoza;

namespace EventStore.Log.Projections;

/// <summary>
/// Merges a stretch of a checkpoint with the tail of the log: documents that the tail does not touch are copied as they
/// stand, the others are rebuilt, new ones are put in their places.
/// </summary>
internal sealed class CheckpointMerge : IDisposable
{
    private readonly DocumentBatch _chunk;
    private readonly DatasetTail _tail;
    private readonly DocumentBatchBuilder _output;
    private readonly MendozaChain _chain = new();

    private CheckpointMerge(DocumentBatch chunk, DatasetTail tail)
    {
        _chunk = chunk;
        _tail = tail;
        _output = new DocumentBatchBuilder(chunk.Text.Length + (chunk.Text.Length / 8) + 4096);
    }

    /// <summary>Merges; disposes the chunk or gives it back.</summary>
    /// <param name="chunk">Documents of the checkpoint.</param>
    /// <param name="tail">What happened since.</param>
    /// <param name="after">The stretch begins behind this id; null for the beginning.</param>
    /// <param name="last">The stretch ends with this id; null for the end.</param>
    public static DocumentBatch Run(DocumentBatch chunk, DatasetTail tail, string? after, string? last)
    {
        var first = FirstAfter(chunk, after);
        var independent = tail.Independent(after, last);
        if (first == 0 && independent.IsEmpty && !IsTouched(chunk, tail))
        {
            return chunk;
        }

        using var merge = new CheckpointMerge(chunk, tail);
        merge.Merge(first, independent);
        chunk.Dispose();
        return merge._output.Take();
    }

    public void Dispose()
    {
        _chain.Dispose();
        _output.Dispose();
    }

    private static bool IsTouched(DocumentBatch chunk, DatasetTail tail)
    {
        foreach (var entry in chunk.Entries)
        {
            if (tail.Find(entry.Document) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static int FirstAfter(DocumentBatch chunk, string? after)
    {
        if (after is null)
        {
            return 0;
        }

        var bytes = Encoding.UTF8.GetBytes(after);
        var index = 0;
        while (index < chunk.Count && chunk[index].IdBytes.SequenceCompareTo(bytes) <= 0)
        {
            index++;
        }

        return index;
    }

    private void Merge(int first, ReadOnlySpan<DatasetTail.IndependentDocument> independent)
    {
        // A run of untouched lines is copied in one piece, when something has to be written after it.
        var runStart = first;
        Span<byte> nextId = stackalloc byte[Limits.DocumentIdLength];
        var nextLength = Spell(independent, nextId);
        for (var index = first; index < _chunk.Count; index++)
        {
            while (!independent.IsEmpty && _chunk[index].IdBytes.SequenceCompareTo(nextId[..nextLength]) > 0)
            {
                _output.Add(_chunk, runStart, index);
                runStart = index;
                Place(independent[0].Document, default);
                independent = independent[1..];
                nextLength = Spell(independent, nextId);
            }

            if (_tail.Find(_chunk.Entries[index].Document) is { } touched)
            {
                _output.Add(_chunk, runStart, index);
                runStart = index + 1;
                if (!touched.IsIndependent)
                {
                    Place(touched, _chunk[index].Content);
                }
            }
        }

        _output.Add(_chunk, runStart, _chunk.Count);
        foreach (var (_, document) in independent)
        {
            Place(document, default);
        }
    }

    /// <summary>Writes the first id as lines have it, whose bytes are compared; ids are ASCII.</summary>
    private static int Spell(ReadOnlySpan<DatasetTail.IndependentDocument> documents, Span<byte> id) =>
        documents.IsEmpty ? 0 : Encoding.ASCII.GetBytes(documents[0].Id, id);

    private void Place(DatasetTail.TailDocument document, ReadOnlyMemory<byte> before)
    {
        document.ApplyTo(_chain, before);
        _output.Add(document.Number, document.Sequence, _chain, document.Revision);
    }
}
