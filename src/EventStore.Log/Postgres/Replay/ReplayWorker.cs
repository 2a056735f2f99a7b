using EventStore.Log.Projections;
using EventStore.Log.Transactions;
using EventStore.Mendoza;

namespace EventStore.Log.Postgres.Replay;

/// <summary>Leads documents along their effects, and sums up what they have come to; several share the work.</summary>
internal sealed class ReplayWorker : IDisposable
{
    private readonly MendozaChain _chain = new();
    private byte[] _patch = [];

    /// <summary>Applies what a portion has for the documents that the worker gets hold of.</summary>
    /// <exception cref="MendozaException">A patch does not fit: the log is damaged.</exception>
    /// <exception cref="InvalidDataException">A patch cannot be unpacked: the log is damaged.</exception>
    public void Apply(ReplayPortion portion, CancellationToken cancellationToken)
    {
        while (portion.Take() is { } document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Apply(portion, document);
        }
    }

    /// <summary>Sums up documents as an export writes them.</summary>
    /// <param name="documents">All of them.</param>
    /// <param name="worker">Which of the workers it is, from 0.</param>
    /// <param name="workers">How many share them.</param>
    /// <param name="revisions">Transaction ids by sequence.</param>
    public static StateDigest Digest(
        ReplayedDocument[] documents, int worker, int workers, IReadOnlyDictionary<long, string> revisions)
    {
        var state = new StateDigest();
        using var lines = new DocumentBatchBuilder(Limits.ReplayLinesBytes);
        for (var index = worker; index < documents.Length; index += workers)
        {
            var document = documents[index];
            if (document.Content.IsEmpty)
            {
                continue;
            }

            var revision = document.Revision ?? revisions[document.Sequence];
            lines.Add(document.Number, document.Sequence, document.Content.Span, revision);
            if (lines.Length > Limits.ReplayLinesBytes / 2)
            {
                TakeTo(state, lines);
            }
        }

        TakeTo(state, lines);
        return state;
    }

    public void Dispose() => _chain.Dispose();

    private static void TakeTo(StateDigest state, DocumentBatchBuilder lines)
    {
        using var batch = lines.Take();
        state.Add(batch);
    }

    private void Apply(ReplayPortion portion, ReplayedDocument document)
    {
        _chain.Reset(document.Content);
        for (var place = document.First; place != ReplayedDocument.None;)
        {
            var packed = portion.Read(place, out place);
            var length = PackedText.Length(packed);
            if (_patch.Length < length)
            {
                _patch = GC.AllocateUninitializedArray<byte>(Math.Max(length, _patch.Length * 2));
            }

            var patch = _patch.AsSpan(0, length);
            PackedText.Unpack(packed, default, patch);
            _chain.Apply(patch, PatchTrust.Trusted);
        }

        document.Content = _chain.IsNull ? default(ReadOnlyMemory<byte>) : _chain.ToArray();
    }
}
