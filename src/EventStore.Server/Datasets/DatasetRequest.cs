using EventStore.Log.Postgres;
using EventStore.Server.Auth;

namespace EventStore.Server.Datasets;

/// <summary>A request that was found to be allowed on a dataset.</summary>
/// <param name="Caller">Who makes it.</param>
/// <param name="Dataset">The dataset it is about.</param>
/// <param name="Access">What the caller may do to its documents.</param>
internal sealed record DatasetRequest(Caller Caller, Dataset Dataset, DocumentAccess Access)
{
    /// <summary>Whether the dataset was not looked up for this request, so that it may be gone.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>
    /// Streams call this at their end: a dataset that was deleted under them looks like one that had no more to give.
    /// </summary>
    /// <exception cref="DatasetNotFoundException">The dataset is gone.</exception>
    public async ValueTask RequireStillThereAsync(TransactionReader reader, CancellationToken cancellationToken) =>
        await reader.HeadAsync(Dataset, cancellationToken);
}
