using System.Runtime.CompilerServices;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections;

/// <summary>Counts rows as they are read, and tells.</summary>
internal sealed class ObservedRows(IRowSource rows, IProgress<long> progress) : IRowSource
{
    private const int Interval = 1000;

    public IReadOnlyList<FieldPath>? Fields => rows.Fields;

    /// <summary>Rows read in the last pass.</summary>
    public long Count { get; private set; }

    /// <exception cref="CollectionRequestException">There are more rows than one export takes on.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Count = 0;
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            if (++Count > ServerLimits.CollectionSample)
            {
                throw CollectionRequestException.Of(
                    $"More than {ServerLimits.CollectionSample} rows are selected: say sample_size, or filters that "
                    + "select fewer",
                    "too_many_rows",
                    "sample_size");
            }

            if (Count % Interval == 0)
            {
                progress.Report(Count);
            }

            yield return row;
        }

        progress.Report(Count);
    }
}
