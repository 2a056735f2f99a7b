using System.Threading.Tasks.Sources;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>Requests that are appended in order, up to the first that fails, and whoever waits for them.</summary>
internal sealed class AppendGroup : IValueTaskSource<AppendGroupResult>
{
    private readonly List<AppendResult> _appended;
    private Exception? _failure;
    private ManualResetValueTaskSourceCore<AppendGroupResult> _completion;
    private int _isTold;

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

    /// <summary>No requests: says that the heads that were left unsettled are to be written out.</summary>
    public static AppendGroup Settling(CancellationToken cancellationToken) =>
        new([], cancellationToken) { SettlesHeads = true };

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

    /// <summary>To be awaited once.</summary>
    public ValueTask<AppendGroupResult> Completion => new(this, _completion.Version);

    /// <summary>Takes the result of the next request, which is durable.</summary>
    public void Accept(AppendResult result) => _appended.Add(result);

    /// <summary>Ends the group at the next request.</summary>
    public void Reject(Exception failure) => _failure = failure;

    /// <summary>Tells whoever waits that the group is finished.</summary>
    /// <param name="here">Whether he goes on at once, on this thread.</param>
    public void Complete(bool here)
    {
        if (IsToBeTold())
        {
            _completion.RunContinuationsAsynchronously = !here;
            _completion.SetResult(new(_appended, _failure));
        }
    }

    /// <summary>Tells whoever waits that nothing is known to have become of it, unless he was told something
    /// before.</summary>
    public void Fail(Exception exception)
    {
        if (IsToBeTold())
        {
            _completion.RunContinuationsAsynchronously = true;
            _completion.SetException(exception);
        }
    }

    public void Cancel() => Fail(new OperationCanceledException(CancellationToken));

    AppendGroupResult IValueTaskSource<AppendGroupResult>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AppendGroupResult>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<AppendGroupResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private bool IsToBeTold() => Interlocked.Exchange(ref _isTold, 1) == 0;
}
