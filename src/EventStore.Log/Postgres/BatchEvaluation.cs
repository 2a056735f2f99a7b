using EventStore.Log.Mutations;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres;

/// <summary>
/// Evaluates queued requests in order into a batch, until there are no more or the batch is full. Nothing is told to
/// anybody before the batch is durable.
/// </summary>
internal sealed class BatchEvaluation(
    AppendBatch batch,
    HeadLoader loader,
    ReferenceIntegrity references,
    TimeProvider clock,
    IIdentifierSource identifiers)
{
    private readonly List<(AppendGroup Group, AppendResult? Result, Exception? Failure)> _outcomes = [];

    public async Task RunAsync(List<AppendGroup> groups)
    {
        foreach (var group in groups)
        {
            for (var index = group.Next; index < group.Requests.Count; index++)
            {
                var request = group.Requests[index];
                if (request.Request.Select is { } select)
                {
                    if (_outcomes.Count > 0)
                    {
                        // It is told a sequence, so nothing may come before it that is not in the log.
                        return;
                    }

                    if (await SelectAsync(group, request, select) is not { } selected)
                    {
                        break;
                    }

                    request = selected;
                }

                if (!await FitsAsync(request))
                {
                    return;
                }

                try
                {
                    _outcomes.Add((group, await EvaluateAsync(request), null));
                }
                catch (MutationException exception)
                {
                    _outcomes.Add((group, null, exception));
                    break;
                }
            }
        }
    }

    /// <summary>To be called when the batch is durable: gives the groups what became of their requests.</summary>
    public void Answer()
    {
        foreach (var (group, result, failure) in _outcomes)
        {
            if (result is not null)
            {
                group.Accept(result);
            }
            else
            {
                group.Reject(failure!);
            }
        }
    }

    /// <summary>The request with its mutations; null when they cannot be told, which is its failure alone.</summary>
    private async Task<PreparedRequest?> SelectAsync(
        AppendGroup group, PreparedRequest request, Func<long, Task<IReadOnlyList<Mutation>>> select)
    {
        try
        {
            var mutations = await select(batch.Start.Sequence);
            return new(request.Request with { Mutations = mutations, Select = null });
        }
        catch (Exception exception)
        {
            _outcomes.Add((group, null, exception));
            return null;
        }
    }

    /// <summary>
    /// Whether the batch can take a request. One whose documents are not loaded begins a batch of its own, so that what
    /// is in memory at a time is bounded, whatever the requests of a group touch together.
    /// </summary>
    private async Task<bool> FitsAsync(PreparedRequest request)
    {
        var missing = batch.Missing(request);
        if (batch.IsFull || (missing.Count > 0 && _outcomes.Count > 0))
        {
            return false;
        }

        while (missing.Count > 0 && batch.LoadedBytes <= Limits.TransactionDocumentBytes)
        {
            await loader.LoadMoreAsync(batch.Loaded, missing);
            missing = batch.Missing(request);
        }

        return true;
    }

    private async Task<AppendResult> EvaluateAsync(PreparedRequest request)
    {
        if (batch.Missing(request).Count > 0)
        {
            throw MutationException.Of(new MutationError(MutationErrorType.Validation, Evaluation.TooMuch));
        }

        var (result, transaction) = batch.Evaluate(request, clock.GetUtcNow(), identifiers);
        if (transaction is not null)
        {
            request.Request.Check?.Invoke(request.Request.Mutations, result.Changes);
            await references.CheckAsync(batch, transaction);
            if (!request.Request.DryRun)
            {
                batch.Accept(transaction);
            }
        }

        return result;
    }
}
