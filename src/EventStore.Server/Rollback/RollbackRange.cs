using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Edits;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>An order in terms of the log.</summary>
/// <param name="Selection">The edits that are undone.</param>
/// <param name="AsOf">The sequence at which the dataset is looked at: nothing behind it exists for the plan.</param>
internal sealed record RollbackRange(EditSelection Selection, long AsOf)
{
    /// <exception cref="BoomException">404: a transaction is unknown.</exception>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public static async Task<RollbackRange> FindAsync(
        RollbackOrder order,
        Dataset dataset,
        long asOf,
        TransactionReader reader,
        CancellationToken cancellationToken)
    {
        Task<long> AtAsync(DateTimeOffset time) => reader.FindSequenceAtAsync(dataset, time, cancellationToken);
        async Task<long> OfAsync(string id) =>
            await reader.FindSequenceAsync(dataset, TransactionId.Parse(id), cancellationToken)
            ?? throw BoomException.NotFound($"Transaction \"{id}\" not found");

        var (first, last) = order switch
        {
            { Transaction: { } id } when await OfAsync(id) is var sequence => (sequence, sequence),
            { Author: not null } => (
                await BeforeAsync(order.FromTime!.Value) + 1, order.ToTime is { } end ? await AtAsync(end) : asOf),
            { Time: { } time } => (await AtAsync(time) + 1, asOf),
            _ => (await OfAsync(order.Revision!) + 1, asOf),
        };
        return new(new(first, Math.Min(last, asOf), order.Author, order.Documents), asOf);

        // Several imported transactions may share a timestamp, so the first at a time is the one after the last before.
        async Task<long> BeforeAsync(DateTimeOffset time) =>
            time > DateTimeOffset.MinValue ? await AtAsync(time.AddTicks(-1)) : 0;
    }
}
