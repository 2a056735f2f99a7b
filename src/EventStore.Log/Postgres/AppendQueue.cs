using System.Threading.Channels;

namespace EventStore.Log.Postgres;

/// <summary>The groups that wait for the writer of a dataset, in the order in which they came.</summary>
internal sealed class AppendQueue
{
    private readonly Channel<AppendGroup> _groups = Channel.CreateBounded<AppendGroup>(
        new BoundedChannelOptions(Limits.AppendQueueGroups));

    public bool IsEmpty => !_groups.Reader.TryPeek(out _);

    /// <summary>Adds a group; waits while there are too many.</summary>
    public ValueTask AddAsync(AppendGroup group, CancellationToken cancellationToken) =>
        _groups.Writer.WriteAsync(group, cancellationToken);

    /// <summary>Takes no more groups.</summary>
    public void Close() => _groups.Writer.TryComplete();

    /// <summary>Takes as many groups as are to be written together; those that were canceled are told so and left
    /// out.</summary>
    public List<AppendGroup> Take()
    {
        var groups = new List<AppendGroup>();
        var requests = 0;
        var bytes = 0L;
        while (requests < Limits.GroupCommitRequests
            && bytes < Limits.GroupCommitBytes
            && !IsNextAlone(groups)
            && _groups.Reader.TryRead(out var group))
        {
            if (group.CancellationToken.IsCancellationRequested)
            {
                group.Cancel();
                continue;
            }

            groups.Add(group);
            requests += group.Requests.Count;
            bytes += group.Bytes;
        }

        return groups;
    }

    /// <summary>Whether no further group may be taken, because the one taken or the next one has a fence.</summary>
    private bool IsNextAlone(List<AppendGroup> taken) =>
        taken.Count > 0
        && (taken[^1].Fence is not null || (_groups.Reader.TryPeek(out var next) && next.Fence is not null));
}
