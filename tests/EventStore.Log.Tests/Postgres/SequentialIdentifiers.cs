using EventStore.Log.Mutations;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Numbered identifiers; transaction ids differ between instances, as those of several processes would.</summary>
internal sealed class SequentialIdentifiers : IIdentifierSource
{
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];
    private int _last;

    public string NewDocumentId() => $"generated-{++_last}";

    public string NewArrayKey() => $"key{++_last}";

    public string NewTransactionId() => $"generated-{_run}-{Interlocked.Increment(ref _last)}";
}
