using System.Threading.Channels;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Carries a share of a dataset's documents along their effects. A document is written out only at the end: until then a
/// patch costs what its own size costs.
/// </summary>
internal sealed class ReplayWorker : IDisposable
{
    private const int LineCapacity = 64 * 1024;

    private readonly Dictionary<int, CarriedDocument> _documents = [];
    private readonly Channel<List<EffectPatch>> _queue = Channel.CreateBounded<List<EffectPatch>>(
        new BoundedChannelOptions(Limits.ReplayPortionsAhead) { SingleReader = true, SingleWriter = true });

    /// <summary>The sequences whose transactions are the revisions of the documents reached.</summary>
    public IEnumerable<long> Sequences =>
        _documents.Values.Where(document => document.Revision is null).Select(document => document.Sequence);

    /// <summary>Starts a document from a known state.</summary>
    public void Put(DocumentLine line) => _documents[line.Document] = new(new MendozaChain(line.Content))
    {
        Sequence = line.Sequence,
        Revision = line.Revision,
    };

    public ValueTask EnqueueAsync(List<EffectPatch> portion, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(portion, cancellationToken);

    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Applies what is queued until there is no more.</summary>
    /// <exception cref="MendozaException">A patch does not fit: the log is damaged.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var portion in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var effect in portion)
                {
                    Apply(effect);
                }
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
            if (document.Chain.IsNull)
            {
                continue;
            }

            var revision = document.Revision ?? revisions[document.Sequence];
            lines.Add(number, document.Sequence, document.Chain.ToArray(), revision);
            using var batch = lines.Take();
            state.Add(batch);
        }

        return state;
    }

    public void Dispose()
    {
        foreach (var document in _documents.Values)
        {
            document.Chain.Dispose();
        }

        _documents.Clear();
    }

    private void Apply(EffectPatch effect)
    {
        if (!_documents.TryGetValue(effect.Document, out var document))
        {
            document = new(new MendozaChain());
            _documents.Add(effect.Document, document);
        }

        document.Chain.Apply(PackedText.Unpack(effect.Packed), PatchTrust.Trusted);
        document.Sequence = effect.Sequence;
        document.Revision = null;
    }

    private sealed class CarriedDocument(MendozaChain chain)
    {
        public MendozaChain Chain => chain;

        public long Sequence { get; set; }

        /// <summary>Known where the replay started from the document.</summary>
        public string? Revision { get; set; }
    }
}
