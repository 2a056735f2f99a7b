using System.Runtime.InteropServices;
using EventStore.Log.Documents;
using EventStore.Mendoza;

namespace EventStore.Log.Projections;

/// <summary>
/// The log between a checkpoint and a later sequence, gathered by document. Applied to the documents of the checkpoint
/// it gives the dataset at that sequence.
/// </summary>
internal sealed class DatasetTail
{
    private readonly Dictionary<int, TailDocument> _documents = [];
    private readonly List<IndependentDocument> _independent = [];

    /// <summary>Bytes of patches.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => _documents.Count == 0;

    /// <summary>Adds an effect; they come by ascending sequence.</summary>
    public void Add(int document, long sequence, byte[] apply)
    {
        Bytes += apply.Length;
        if (!_documents.TryGetValue(document, out var tail))
        {
            tail = new TailDocument(document);
            _documents.Add(document, tail);
        }

        tail.Add(sequence, apply);
    }

    /// <summary>To be called once, after the last effect.</summary>
    /// <param name="revisions">Transaction ids by sequence, at least of those that came last for a document.</param>
    public void Seal(IReadOnlyDictionary<long, string> revisions)
    {
        foreach (var tail in _documents.Values)
        {
            tail.Revision = revisions[tail.Sequence];
            if (tail.FindOwnId() is { } id)
            {
                _independent.Add(new(id, tail));
            }
        }

        _independent.Sort(static (one, other) => string.CompareOrdinal(one.Id, other.Id));
    }

    /// <summary>What happened to a document; null when nothing did.</summary>
    public TailDocument? Find(int document) => _documents.GetValueOrDefault(document);

    /// <summary>
    /// The documents that need no checkpoint to be rebuilt, since the tail has a full value of them, by ascending id.
    /// The checkpoint may hold them or not.
    /// </summary>
    /// <param name="after">Only ids after this one; null for all.</param>
    /// <param name="last">Only ids up to this one; null for all.</param>
    public ReadOnlySpan<IndependentDocument> Independent(string? after, string? last)
    {
        var start = after is null ? 0 : FirstAfter(after);
        var end = last is null ? _independent.Count : FirstAfter(last);
        return end <= start ? default : CollectionsMarshal.AsSpan(_independent)[start..end];
    }

    /// <summary>
    /// Where a stretch of such documents ends that is about as large as a chunk: its last id, or null when it has all.
    /// </summary>
    /// <param name="after">The stretch begins behind this id; null for the beginning.</param>
    /// <param name="bytes">How many bytes of patches fill it.</param>
    public string? EndOfStretch(string? after, long bytes)
    {
        foreach (var (id, document) in Independent(after, null))
        {
            bytes -= document.Bytes;
            if (bytes <= 0)
            {
                return id;
            }
        }

        return null;
    }

    private int FirstAfter(string id)
    {
        var (low, high) = (0, _independent.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(_independent[middle].Id, id) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>A document that can be rebuilt from the tail alone.</summary>
    internal readonly record struct IndependentDocument(string Id, TailDocument Document);

    /// <summary>The effects on one document, from its last full value on.</summary>
    internal sealed class TailDocument(int number)
    {
        private readonly List<byte[]> _patches = [];

        public int Number => number;

        /// <summary>The transaction that touched it last.</summary>
        public long Sequence { get; private set; }

        /// <summary>Bytes of its patches.</summary>
        public long Bytes { get; private set; }

        /// <summary>That transaction's id.</summary>
        public string Revision { get; set; } = "";

        /// <summary>Whether the patches begin with a full value, so that no state before them is needed.</summary>
        public bool IsIndependent { get; private set; }

        public void Add(long sequence, byte[] apply)
        {
            if (MendozaPatch.IsFullValue(apply))
            {
                _patches.Clear();
                Bytes = 0;
                IsIndependent = true;
            }

            _patches.Add(apply);
            Bytes += apply.Length;
            Sequence = sequence;
        }

        /// <summary>The id in its full value; null when there is none, or when that is a deletion.</summary>
        public string? FindOwnId() => IsIndependent && FullValue is var value && value.Span[0] == '{'
            ? DocumentContent.ReadString(value.Span, "_id"u8)
            : null;

        /// <summary>The document that its patches begin with, as text: <c>null</c> for a deletion.</summary>
        private ReadOnlyMemory<byte> FullValue
        {
            get
            {
                var patch = _patches[0];
                var value = patch.AsMemory((Array.IndexOf(patch, (byte)',') + 1)..Array.LastIndexOf(patch, (byte)']'));
                return value.Trim(" \t\r\n"u8);
            }
        }

        /// <summary>Leads a chain from the state before to the state after.</summary>
        public void ApplyTo(MendozaChain chain, ReadOnlyMemory<byte> before)
        {
            chain.Reset(IsIndependent ? FullValue : before);
            foreach (var patch in CollectionsMarshal.AsSpan(_patches)[(IsIndependent ? 1 : 0)..])
            {
                chain.Apply(patch, PatchTrust.Trusted);
            }
        }
    }
}
