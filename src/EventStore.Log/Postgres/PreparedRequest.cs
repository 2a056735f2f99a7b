using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>
/// A request with the digest of its mutations. To be made on the caller's thread: whatever is done before a request
/// queues for its dataset is done for many of them at once.
/// </summary>
public sealed class PreparedRequest
{
    public PreparedRequest(AppendRequest request)
    {
        Request = request;
        (MutationsDigest, RecordedBytes) = RecordedMutations.Digest(request.Mutations);
    }

    /// <summary>What is asked for.</summary>
    public AppendRequest Request { get; }

    /// <summary>Bytes of the recorded mutations in full.</summary>
    public long RecordedBytes { get; }

    /// <summary>Their SHA-256.</summary>
    internal byte[] MutationsDigest { get; }
}
