using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>
/// The transactions of one group commit, evaluated one on top of the other in memory before anything is written. Pure
/// but for what it is given: the head, the heads of the documents, and which transaction ids are taken.
/// </summary>
internal sealed class AppendBatch
{
    private readonly LoadedHeads _loaded;
    private readonly Dictionary<DocumentId, HeadState> _overlay = [];
    private readonly List<EvaluatedTransaction> _transactions = [];
    private long _bytes;
    private int _documents;

    /// <param name="head">The end of the log.</param>
    /// <param name="documents">Number of the last document that ever existed in the dataset.</param>
    /// <param name="loaded">Heads and transaction ids; more may be loaded later.</param>
    public AppendBatch(LogHead head, int documents, LoadedHeads loaded)
    {
        Head = head;
        Start = head;
        FirstNewDocument = documents + 1;
        _documents = documents;
        _loaded = loaded;
    }

    /// <summary>The end of the log that the batch stands on.</summary>
    public LogHead Start { get; }

    /// <summary>What was loaded for it.</summary>
    public LoadedHeads Loaded => _loaded;

    /// <summary>Bytes of the documents that were loaded for it.</summary>
    public long LoadedBytes => _loaded.Heads.Values.Sum(static head => (long)head.Bytes);

    /// <summary>Whether no further request should be taken.</summary>
    public bool IsFull => _bytes >= Limits.BatchDocumentBytes;

    /// <summary>The head, moved by every accepted transaction; its digest is true after <see cref="Seal"/>.</summary>
    public LogHead Head { get; private set; }

    /// <summary>Number of the last document that ever existed in the dataset.</summary>
    public int Documents => _documents;

    /// <summary>Documents numbered from here on are new in this batch.</summary>
    public int FirstNewDocument { get; }

    public IReadOnlyList<EvaluatedTransaction> Transactions => _transactions;

    /// <summary>The documents that this batch changed, as they are now.</summary>
    public IReadOnlyDictionary<DocumentId, HeadState> Changed => _overlay;

    /// <summary>Evaluates a request on the newest state without accepting it.</summary>
    /// <returns>Its result, and the transaction to accept; null when the log holds it already.</returns>
    /// <exception cref="MutationException">It cannot be done.</exception>
    public (AppendResult Result, EvaluatedTransaction? Transaction) Evaluate(
        PreparedRequest prepared, DateTimeOffset now, IIdentifierSource identifiers)
    {
        var request = prepared.Request;
        var id = request.Id ?? TransactionId.Parse(identifiers.NewTransactionId());
        if (_loaded.Known.TryGetValue(id.Value, out var known))
        {
            return (AnswerKnown(prepared, known, id), null);
        }

        var timestamp = request.Timestamp is { } given
            ? TransactionTime.Truncate(given)
            : TransactionTime.Next(now, Head.Timestamp);
        if (timestamp < Head.Timestamp)
        {
            throw MutationException.Of(new MutationError(
                MutationErrorType.Validation,
                $"Timestamp {timestamp:O} of transaction \"{id.Value}\" precedes the head at {Head.Timestamp:O}"));
        }

        var changes = MutationEvaluator.Evaluate(
            request.Mutations, document => Find(document).Document, timestamp, id.Value);
        var header = new TransactionHeader(Head.Sequence + 1, id, timestamp, request.Author);
        var transaction = new EvaluatedTransaction(header, prepared, changes);
        var sequence = request.DryRun ? 0 : header.Sequence;
        return (new AppendResult(id, sequence, timestamp, changes, AlreadyKnown: false), transaction);
    }

    /// <summary>Makes a transaction part of the batch: what follows is evaluated on top of it.</summary>
    public void Accept(EvaluatedTransaction transaction)
    {
        foreach (var change in transaction.Changed)
        {
            var before = Find(change.Id);
            var number = before.Number == 0 ? ++_documents : before.Number;
            var state = new DocumentState(change.After, transaction.Header.Id.Value);
            _overlay[change.Id] = before with
            {
                Number = number,
                Document = state,
                IsSettled = !transaction.Prepared.Request.DefersHeads,
            };
            _bytes += change.Before.Content.Length + change.After.Length;
            transaction.Effects.Add(new EvaluatedEffect(change, number));
        }

        transaction.Effects.Sort(static (one, other) =>
            string.CompareOrdinal(one.Change.Id.Value, other.Change.Id.Value));
        _transactions.Add(transaction);
        _loaded.Known.Add(transaction.Header.Id.Value, new(
            transaction.Header.Id.Value,
            transaction.Header.Sequence,
            transaction.Header.Timestamp,
            transaction.Header.Author,
            transaction.Prepared.MutationsDigest));
        Head = Head with { Sequence = transaction.Header.Sequence, Timestamp = transaction.Header.Timestamp };
    }

    /// <summary>
    /// Computes what does not depend on other transactions (patches, compact mutations) on all cores, then what does
    /// (keyframes, the hash chain) in order.
    /// </summary>
    public void Seal()
    {
        var effects = _transactions.SelectMany(transaction => transaction.Effects).ToList();
        var work = effects.Sum(effect => (long)effect.Change.After.Length);
        if (work > Limits.ParallelDiffBytes)
        {
            Parallel.ForEach(effects, static effect => effect.Diff());
            Parallel.ForEach(_transactions, static transaction => transaction.Record());
        }
        else
        {
            effects.ForEach(static effect => effect.Diff());
            _transactions.ForEach(static transaction => transaction.Record());
        }

        var digest = Head.Digest;
        foreach (var transaction in _transactions)
        {
            foreach (var effect in transaction.Effects)
            {
                PlaceKeyframe(effect);
            }

            transaction.Link(digest.Span);
            digest = transaction.Digest;
        }

        Head = Head with { Digest = digest };
    }

    /// <summary>To be called when the batch is durable, or has turned out to change nothing.</summary>
    public void UpdateCache(HeadCache cache)
    {
        foreach (var (id, head) in _loaded.Heads)
        {
            cache.Put(id, _overlay.TryGetValue(id, out var changed) ? changed : head);
        }

        cache.MoveTo(Head, _documents);
    }

    /// <summary>The documents of a request whose heads were not loaded.</summary>
    public List<DocumentId> Missing(PreparedRequest prepared)
    {
        var missing = new List<DocumentId>();
        foreach (var mutation in prepared.Request.Mutations)
        {
            if (!_loaded.Heads.ContainsKey(mutation.DocumentId))
            {
                missing.Add(mutation.DocumentId);
            }
        }

        return missing.Count > 1 ? missing.Distinct().ToList() : missing;
    }

    public HeadState Find(DocumentId id)
    {
        if (_overlay.TryGetValue(id, out var head) || _loaded.Heads.TryGetValue(id, out head))
        {
            return head;
        }

        throw new InvalidOperationException($"The head of document \"{id.Value}\" was not loaded");
    }

    private static AppendResult AnswerKnown(PreparedRequest prepared, KnownTransaction known, TransactionId id)
    {
        var request = prepared.Request;
        var isSame = request.SkipIfKnown
            && known.MutationsDigest.AsSpan().SequenceEqual(prepared.MutationsDigest)
            && known.Author == request.Author
            && (request.Timestamp is not { } given || TransactionTime.Truncate(given) == known.Timestamp);
        var difference = request.SkipIfKnown ? " with other content" : "";
        return isSame
            ? new AppendResult(id, known.Sequence, known.Timestamp, [], AlreadyKnown: true)
            : throw MutationException.Of(new MutationError(
                MutationErrorType.TransactionAlreadyExists,
                $"Transaction with ID \"{id.Value}\" already exists{difference}"));
    }

    /// <summary>
    /// The overlay's chain length still is that of before the batch: it could not move before the patches were known.
    /// </summary>
    private void PlaceKeyframe(EvaluatedEffect effect)
    {
        var head = _overlay[effect.Change.Id];
        _overlay[effect.Change.Id] = head with { ChainBytes = effect.PlaceKeyframe(head.ChainBytes) };
    }
}
