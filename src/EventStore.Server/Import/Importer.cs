using EventStore.Log.Postgres;

namespace EventStore.Server.Import;

/// <summary>
/// Appends imported transactions in groups; while one group is written, the next lines are being parsed.
/// </summary>
internal sealed class Importer(TransactionAppender appender, Dataset dataset, ImportReport report)
{
    private readonly List<ImportedTransaction> _group = [];
    private long _groupBytes;

    /// <summary>Imports everything. Whenever the next lines are not there yet, what there is is appended.</summary>
    /// <param name="reader">Gives the lines.</param>
    /// <param name="cancellationToken">Stops the import after the group that is being written.</param>
    /// <returns>Number of the last line.</returns>
    /// <exception cref="ImportException">A line cannot be imported; all before it are durable.</exception>
    public async Task<long> RunAsync(ImportReader reader, CancellationToken cancellationToken)
    {
        var lastLine = 0L;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var enumerator = reader.ReadAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            var next = enumerator.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                await AppendWhileReadingAsync(next, stop);
            }

            if (!await next)
            {
                break;
            }

            await AddAsync(enumerator.Current);
            lastLine = enumerator.Current.LastLine;
        }

        await AppendAsync();
        await appender.SettleHeadsAsync(dataset, CancellationToken.None);
        return lastLine;
    }

    /// <summary>A reader must not be disposed of while it reads, so a failure has to wait for it to stop.</summary>
    private async Task AppendWhileReadingAsync(Task reading, CancellationTokenSource stop)
    {
        try
        {
            await AppendAsync();
        }
        catch
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task AddAsync(ImportPortion portion)
    {
        foreach (var transaction in portion.Transactions)
        {
            _group.Add(transaction);
            _groupBytes += transaction.Bytes;
            if (_group.Count >= ServerLimits.ImportGroupTransactions || _groupBytes >= ServerLimits.ImportGroupBytes)
            {
                await AppendAsync();
            }
        }

        if (portion.Failure is not null)
        {
            await AppendAsync();
            throw portion.Failure;
        }
    }

    /// <summary>
    /// A group that was begun is finished even when the client leaves: it is repeated at no cost, half of it is not
    /// less work.
    /// </summary>
    private async Task AppendAsync()
    {
        if (_group.Count == 0)
        {
            return;
        }

        var requests = new PreparedRequest[_group.Count];
        for (var index = 0; index < requests.Length; index++)
        {
            requests[index] = _group[index].Request;
        }

        var result = await appender.AppendGroupAsync(dataset, requests, CancellationToken.None);
        if (result.Appended.Count > 0)
        {
            report.Count(result.Appended, _group[result.Appended.Count - 1].Line);
        }

        if (result.Failure is not null)
        {
            throw new ImportException(_group[result.Appended.Count].Line, result.Failure);
        }

        _group.Clear();
        _groupBytes = 0;
    }
}
