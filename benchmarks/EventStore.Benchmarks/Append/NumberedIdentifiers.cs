using System.Globalization;
using EventStore.Log.Mutations;

namespace EventStore.Benchmarks.Append;

/// <summary>Identifiers of the right length, without asking the operating system for randomness.</summary>
internal sealed class NumberedIdentifiers : IIdentifierSource
{
    private long _last;

    public string NewDocumentId() => Next();

    public string NewTransactionId() => Next();

    public string NewArrayKey() => Next();

    private string Next() => Interlocked.Increment(ref _last).ToString("d22", CultureInfo.InvariantCulture);
}
