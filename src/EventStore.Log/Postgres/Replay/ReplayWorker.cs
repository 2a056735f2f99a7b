using System.Threading.Channels;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Carries a share of a dataset's documents along their effects, a portion of the log at a time. Within a portion the
/// patches of a document are applied one after the other and the document is written out once: what its chain needs is
/// then at hand in the processor's caches, which halves the time against going from document to document as the log
/// does, and no structure has to be kept for documents that are not being worked on.
/// </summary>
internal sealed class ReplayWorker : IDisposable
{
    private const int LineCapacity = 64 * 1024;

    private readonly Dictionary<int, CarriedDocument> _documents = [];
    private readonly MendozaChain _chain = new();
    private readonly Channel<List<EffectPatch>> _queue = Channel.CreateBounded<List<EffectPatch>>(
        new BoundedChannelOptions(Limits.ReplayPortionsAhead) { SingleReader = true, SingleWriter = true });

    private List<EffectPatch> _portion = [];
    private long _portionBytes;

    /// <summary>The sequences whose transactions are the revisions of the documents reached.</summary>
    public IEnumerable<long> Sequences =>
        _documents.Values.Where(document => document.Revision is null).Select(document => document.Sequence);

    /// <summary>Starts a document from a known state.</summary>
    public void Put(DocumentLine line) => _documents[line.Document] = new()
    {
        Content = line.Content,
        Sequence = line.Sequence,
        Revision = line.Revision,
    };

    /// <summary>Takes an effect; waits while too many are under way.</summary>
    public async ValueTask AddAsync(EffectPatch effect, CancellationToken cancellationToken)
    {
        _portion.Add(effect);
        _portionBytes += effect.Packed.Length;
        if (_portion.Count >= Limits.ReplayPortionEffects || _portionBytes >= Limits.ReplayPortionBytes)
        {
            await EnqueueAsync(cancellationToken);
        }
    }

    /// <summary>There are no more effects.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await EnqueueAsync(cancellationToken);
        _queue.Writer.TryComplete();
    }

    /// <summary>Applies what is queued until there is no more.</summary>
    /// <exception cref="MendozaException">A patch does not fit: the log is damaged.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var portion in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                Apply(portion);
            }
        }
        catch (Exception exception)
        {
            // Whoever fills the queue must not wait for room that nobody makes.
            _queue.Writer.TryComplete(exception);
            throw;
        }
    }

    /// <summary>Writes every document out.</summary>
    /// <param name="revisions">Transaction ids by sequence.</param>
    public StateDigest Digest(IReadOnlyDictionary<long, string> revisions)
    {
        var state = new StateDigest();
        using var lines = new DocumentBatchBuilder(LineCapacity);
        foreach (var (number, document) in _documents)
        {
            if (document.Content.IsEmpty)
            {
                continue;
            }

            var revision = document.Revision ?? revisions[document.Sequence];
            lines.Add(number, document.Sequence, document.Content.Span, revision);
            using var batch = lines.Take();
            state.Add(batch);
        }

        return state;
    }

    public void Dispose() => _chain.Dispose();

    private void Apply(List<EffectPatch> portion)
    {
        portion.Sort(static (one, other) => one.Document != other.Document
            ? one.Document.CompareTo(other.Document)
            : one.Sequence.CompareTo(other.Sequence));
        for (var start = 0; start < portion.Count;)
        {
            var document = Find(portion[start].Document);
            _chain.Reset(document.Content);
            var end = start;
            for (; end < portion.Count && portion[end].Document == portion[start].Document; end++)
            {
                _chain.Apply(PackedText.Unpack(portion[end].Packed), PatchTrust.Trusted);
            }

            document.Content = _chain.IsNull ? default(ReadOnlyMemory<byte>) : _chain.ToArray();
            document.Sequence = portion[end - 1].Sequence;
            document.Revision = null;
            start = end;
        }
    }

    private ValueTask EnqueueAsync(CancellationToken cancellationToken)
    {
        var portion = _portion;
        _portion = new(portion.Count);
        _portionBytes = 0;
        return _queue.Writer.WriteAsync(portion, cancellationToken);
    }

    private CarriedDocument Find(int number)
    {
        if (!_documents.TryGetValue(number, out var document))
        {
            document = new();
            _documents.Add(number, document);
        }

        return document;
    }

    private sealed class CarriedDocument
    {
        /// <summary>Empty when it does not exist.</summary>
        public ReadOnlyMemory<byte> Content { get; set; }

        public long Sequence { get; set; }

        /// <summary>Known where the replay started from the document.</summary>
        public string? Revision { get; set; }
    }
}
