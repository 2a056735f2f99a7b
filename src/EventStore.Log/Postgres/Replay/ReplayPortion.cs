namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// A portion of the log, its effects chained up by document: so all patches of a document are applied one after the
/// other, and the document is written out once. What its chain needs is then at hand in the processor's caches, which
/// halves the time against going from document to document as the log does, and no structure has to be kept for
/// documents that are not being worked on.
/// </summary>
internal sealed class ReplayPortion : IDisposable
{
    private readonly List<EffectBlock> _blocks = [];
    private readonly List<Link> _links = [];
    private readonly List<ReplayedDocument> _documents = [];
    private long _size;
    private long _patchBytes;
    private int _taken;

    public bool IsFull => _links.Count >= Limits.ReplayPortionEffects
        || _size >= Limits.ReplayPortionBytes
        || _patchBytes >= Limits.ReplayPortionPatchBytes;

    /// <summary>Documents touched.</summary>
    public IReadOnlyList<ReplayedDocument> Documents => _documents;

    /// <summary>Adds the block's effects of a share; the portion gives the block back.</summary>
    /// <param name="block">Younger than all before it.</param>
    /// <param name="share">The documents that are replayed.</param>
    /// <param name="state">They are looked up there, and new ones added.</param>
    public void Add(EffectBlock block, DocumentShare share, Dictionary<int, ReplayedDocument> state)
    {
        _blocks.Add(block);
        _size += block.Size;
        _patchBytes += block.PatchBytes;
        foreach (ref readonly var effect in block.Effects)
        {
            if (!share.Contains(effect.Document))
            {
                continue;
            }

            if (!state.TryGetValue(effect.Document, out var document))
            {
                document = new(effect.Document);
                state.Add(effect.Document, document);
            }

            Append(document, effect);
        }
    }

    /// <summary>A document that nobody has taken yet; null when there is none left. For several threads.</summary>
    public ReplayedDocument? Take() =>
        Interlocked.Increment(ref _taken) - 1 is var index && index < _documents.Count ? _documents[index] : null;

    /// <summary>A patch as it is stored, and the place of the document's next effect.</summary>
    public ReadOnlySpan<byte> Read(int place, out int next)
    {
        var link = _links[place];
        next = link.Next;
        return _blocks[link.Block].Packed(link.Effect);
    }

    /// <summary>Starts again with nothing.</summary>
    public void Clear()
    {
        foreach (var document in _documents)
        {
            document.First = document.Last = ReplayedDocument.None;
        }

        _blocks.ForEach(static block => block.Dispose());
        _blocks.Clear();
        _links.Clear();
        _documents.Clear();
        (_size, _patchBytes, _taken) = (0, 0, 0);
    }

    public void Dispose() => Clear();

    private void Append(ReplayedDocument document, in EffectPlace effect)
    {
        var place = _links.Count;
        _links.Add(new(effect, _blocks.Count - 1, ReplayedDocument.None));
        if (document.Last == ReplayedDocument.None)
        {
            document.First = place;
            _documents.Add(document);
        }
        else
        {
            _links[document.Last] = _links[document.Last] with { Next = place };
        }

        document.Last = place;
        document.Sequence = effect.Sequence;
        document.Revision = null;
    }

    /// <summary>An effect, the block it stands in, and the place of the document's next one.</summary>
    private readonly record struct Link(EffectPlace Effect, int Block, int Next);
}
