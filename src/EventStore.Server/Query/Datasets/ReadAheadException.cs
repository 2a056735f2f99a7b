namespace EventStore.Server.Query.Datasets;

/// <summary>An evaluation that must not block has come to a read.</summary>
/// <param name="read">The read, under way; null when the query needs a thread of its own.</param>
internal sealed class ReadAheadException(Task? read) : Exception
{
    public Task? Read => read;
}
