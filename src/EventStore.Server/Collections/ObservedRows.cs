using System.Runtime.CompilerServices;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections;

/// <summary>Counts rows as they are read, and tells.</summary>
/// <param name="rows">The rows.</param>
/// <param name="progress">Is told.</param>
/// <param name="most">How many there may be; null for any number.</param>
internal sealed class ObservedRows(IRowSource rows, IProgress<long> progress, int? most) : IRowSource
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
            if (++Count > most)
            {
                throw CollectionRequestException.Of(
                    $"More than {most} rows are selected: say sample_size, or filters that select fewer, or ask for "
                    + "them with \"async\": true",
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
