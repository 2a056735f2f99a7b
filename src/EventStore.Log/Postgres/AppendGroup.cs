using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>Requests that are appended in order, up to the first that fails, and whoever waits for them.</summary>
internal sealed class AppendGroup
{
    private readonly TaskCompletionSource<AppendGroupResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>No requests: says that the heads that were left unsettled are to be written out.</summary>
    public static AppendGroup Settling(CancellationToken cancellationToken) =>
        new([], cancellationToken) { SettlesHeads = true };

    private readonly List<AppendResult> _appended;
    private Exception? _failure;

    public AppendGroup(
        IReadOnlyList<PreparedRequest> requests, CancellationToken cancellationToken, Fence? fence = null)
    {
        CancellationToken = cancellationToken;
        Fence = fence;
        Requests = requests;
        _appended = new(requests.Count);
        foreach (var request in requests)
        {
            Bytes += request.RecordedBytes;
        }
    }

    public IReadOnlyList<PreparedRequest> Requests { get; }

    public bool SettlesHeads { get; private init; }

    /// <summary>What must still hold at the commit. Such a group is committed alone: it may fail as a whole.</summary>
    public Fence? Fence { get; }

    /// <summary>Looked at when the group's turn comes; once it is being written it goes through.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Bytes of their recorded mutations.</summary>
    public long Bytes { get; }

    /// <summary>The first request without a result.</summary>
    public int Next => _appended.Count;

    /// <summary>Whether nothing of it is left to be done.</summary>
    public bool IsFinished => _failure is not null || Next == Requests.Count;

    public Task<AppendGroupResult> Completion => _completion.Task;

    /// <summary>Takes the result of the next request, which is durable.</summary>
    public void Accept(AppendResult result) => _appended.Add(result);

    /// <summary>Ends the group at the next request.</summary>
    public void Reject(Exception failure) => _failure = failure;

    /// <summary>Tells whoever waits, when the group is finished.</summary>
    public void CompleteIfFinished()
    {
        if (IsFinished)
        {
            _completion.TrySetResult(new(_appended, _failure));
        }
    }

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel() => _completion.TrySetCanceled(CancellationToken);
}
