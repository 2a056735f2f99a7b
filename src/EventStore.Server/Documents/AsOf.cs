using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Wire;

namespace EventStore.Server.Documents;

/// <summary>
/// The moment a read looks at: <c>revision</c> (the state after that transaction), <c>time</c> (after the last
/// transaction up to it), or neither: now.
/// </summary>
/// <param name="Revision">A transaction id, known or not.</param>
/// <param name="Time">An instant.</param>
internal sealed record AsOf(TransactionId? Revision, DateTimeOffset? Time)
{
    /// <exception cref="BoomException">400: both are given, or one does not parse.</exception>
    public static AsOf Read(QueryParameters query)
    {
        query.RequireAtMostOne("revision", "time");
        TransactionId? revision = null;
        if (query.Text("revision") is { } text)
        {
            revision = TransactionId.TryParse(text, out var id, out var reason)
                ? id
                : throw BoomException.BadRequest(reason);
        }

        return new(revision, query.Time("time"));
    }

    /// <summary>Whether neither a revision nor a time was asked for.</summary>
    public bool IsNow => Revision is null && Time is null;

    /// <summary>The same for the log.</summary>
    public Moment Moment =>
        Revision is { } revision ? Moment.At(revision) : Time is { } time ? Moment.At(time) : Moment.Now;

    /// <summary>
    /// The sequence of that moment, 0 when it is before the first transaction; null when the revision is unknown.
    /// </summary>
    public async Task<long?> FindSequenceAsync(
        TransactionReader reader, Dataset dataset, CancellationToken cancellationToken)
    {
        if (Revision is { } revision)
        {
            return await reader.FindSequenceAsync(dataset, revision, cancellationToken);
        }

        return Time is { } time
            ? await reader.FindSequenceAtAsync(dataset, time, cancellationToken)
            : (await reader.HeadAsync(dataset, cancellationToken)).Sequence;
    }
}
