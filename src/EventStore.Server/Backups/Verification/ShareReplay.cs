using System.Buffers;
using EventStore.Log.Documents;
using EventStore.Log.Postgres.Copies;
using EventStore.Log.Projections;
using EventStore.Mendoza;
using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Verification;

/// <summary>A share of the documents of a log, which passes by in order.</summary>
internal sealed class ShareReplay(int share, int shares) : IDisposable
{
    /// <summary>What a document takes besides its content, in bytes; roughly.</summary>
    public const int StateBytes = 200;

    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <exception cref="MendozaException">A patch does not fit.</exception>
    public void Apply(LoggedTransaction transaction)
    {
        foreach (var (document, effect) in transaction.Effects)
        {
            if (document % shares != share)
            {
                continue;
            }

            var id = effect.DocumentId.Value;
            var before = _states.TryGetValue(id, out var state) ? state.Content : default;
            var content = DocumentChain.Apply(before, effect.Apply.Span, PatchTrust.Untrusted);
            if (content.IsEmpty)
            {
                _states.Remove(id);
            }
            else
            {
                _states[id] = new(content, transaction.Header.Id.Value);
            }
        }
    }

    /// <summary>Compares a document with what the log led to.</summary>
    /// <returns>Whether it is one of the share.</returns>
    /// <exception cref="BackupDamagedException">They differ.</exception>
    public bool Compare(BackedUpDocument document)
    {
        if (!_states.Remove(document.Id, out var state))
        {
            return false;
        }

        _line.ResetWrittenCount();
        DocumentContent.WriteWithRevision(state.Content.Span, state.Revision, _line);
        return _line.WrittenSpan.SequenceEqual(document.Json.Span)
            ? true
            : throw new BackupDamagedException($"The document {document.Id} is not what the log leads to");
    }

    /// <exception cref="BackupDamagedException">The log leads to a document that was not compared.</exception>
    public void RequireAllCompared()
    {
        if (_states.Count > 0)
        {
            throw new BackupDamagedException($"The document {_states.Keys.First()} of the log is missing");
        }
    }

    public void Dispose() => _states.Clear();

    private readonly record struct State(ReadOnlyMemory<byte> Content, string Revision);
}
