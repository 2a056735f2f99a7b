using System.Security.Cryptography;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>Requests that are appended in order, up to the first that fails, and whoever waits for them.</summary>
internal sealed class AppendGroup
{
    private readonly TaskCompletionSource<AppendGroupResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AppendGroup(IReadOnlyList<AppendRequest> requests, CancellationToken cancellationToken)
    {
        CancellationToken = cancellationToken;
        Requests = requests
            .Select(request => new PreparedRequest(request, RecordedMutations.Full(request.Mutations)))
            .ToList();
    }

    public IReadOnlyList<PreparedRequest> Requests { get; }

    /// <summary>Looked at when the group's turn comes; once it is being written it goes through.</summary>
    public CancellationToken CancellationToken { get; }

    public long Bytes => Requests.Sum(request => (long)request.RecordedBytes);

    public Task<AppendGroupResult> Completion => _completion.Task;

    public void Complete(AppendGroupResult result) => _completion.TrySetResult(result);

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel() => _completion.TrySetCanceled(CancellationToken);
}

/// <summary>
/// A request and the digest of its mutations, computed before the request queues for the dataset's lock.
/// </summary>
internal sealed class PreparedRequest(AppendRequest request, byte[] recorded)
{
    public AppendRequest Request { get; } = request;

    public int RecordedBytes { get; } = recorded.Length;

    public byte[] MutationsDigest { get; } = SHA256.HashData(recorded);
}
