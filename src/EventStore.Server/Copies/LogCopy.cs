using EventStore.Log;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;

namespace EventStore.Server.Copies;

/// <summary>
/// One copy of a log. Two streams of steps run side by side, since a database works on one statement with one core:
/// effects are half of the work, and nothing else needs them before the end.
/// </summary>
/// <param name="steps">Where it stands.</param>
/// <param name="source">What is copied.</param>
/// <param name="target">What is made.</param>
/// <param name="sequence">Up to where.</param>
internal sealed class LogCopy(LogSteps steps, Dataset source, Dataset target, long sequence)
{
    /// <summary>What share of the work a part is, in percent.</summary>
    private const int TransactionsShare = 40;
    private const int EffectsShare = 40;
    private const int DocumentsShare = 10;
    private const int CheckpointsShare = 5;

    private const string CopyingDocuments = "Copying documents";

    /// <summary>How far the work is.</summary>
    public static int Measure(LogStep step, long sequence)
    {
        var effects = Share(EffectsShare, step.Effects, sequence);
        return step.Phase switch
        {
            LogStep.Transactions => effects + Share(TransactionsShare, step.Done, sequence),
            LogStep.Rows => effects + TransactionsShare + Share(DocumentsShare, step.Done, step.Documents),
            LogStep.Checkpoints => effects + TransactionsShare + DocumentsShare,
            _ => effects + TransactionsShare + DocumentsShare + CheckpointsShare,
        };
    }

    /// <summary>Makes the copy.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await SideBySideAsync([CopyRowsAsync, CopyEffectsAsync], cancellationToken);
        while (steps.Current.Phase != LogStep.End)
        {
            await EndAsync(cancellationToken);
        }
    }

    private static int Share(int share, long done, long all) => all == 0 ? share : (int)(share * done / all);

    /// <summary>Whoever fails stops the others, and is waited for together with them.</summary>
    private static async Task SideBySideAsync(
        IEnumerable<Func<CancellationToken, Task>> streams, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(streams.Select(RunAsync).ToList());

        async Task RunAsync(Func<CancellationToken, Task> stream)
        {
            try
            {
                await stream(stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private async Task CopyEffectsAsync(CancellationToken cancellationToken)
    {
        while (steps.Current.Effects < sequence)
        {
            var after = steps.Current.Effects;
            var last = Math.Min(after + Limits.CopiedTransactions, sequence);
            await steps.CommitAsync(
                "Copying transactions",
                async connection =>
                {
                    await LogCloner.CopyEffectsAsync(connection, source, target, after, last, cancellationToken);
                    return step => step with { Effects = last };
                },
                cancellationToken);
        }
    }

    private async Task CopyRowsAsync(CancellationToken cancellationToken)
    {
        while (steps.Current.Phase is not (LogStep.Heads or LogStep.End))
        {
            await (steps.Current.Phase switch
            {
                LogStep.Transactions => CopyTransactionsAsync(cancellationToken),
                LogStep.Rows => CopyDocumentsAsync(cancellationToken),
                _ => CopyCheckpointsAsync(cancellationToken),
            });
        }
    }

    private async Task CopyTransactionsAsync(CancellationToken cancellationToken)
    {
        var after = steps.Current.Done;
        var last = Math.Min(after + Limits.CopiedTransactions, sequence);
        await steps.CommitAsync(
            "Copying transactions",
            async connection =>
            {
                await LogCloner.CopyTransactionsAsync(connection, source, target, after, last, cancellationToken);
                if (last < sequence)
                {
                    return step => step with { Done = last };
                }

                var documents = await LogCloner.CountDocumentsAsync(connection, source, sequence, cancellationToken);
                return step => step with { Phase = LogStep.Rows, Done = 0, Documents = documents };
            },
            cancellationToken);
    }

    private async Task CopyDocumentsAsync(CancellationToken cancellationToken)
    {
        var (after, documents) = ((int)steps.Current.Done, steps.Current.Documents);
        var last = Math.Min(after + Limits.CopiedDocuments, documents);
        await steps.CommitAsync(
            CopyingDocuments,
            async connection =>
            {
                var hasHeads = await LogCloner.CopyDocumentsAsync(
                    connection, source, target, after, last, sequence, cancellationToken);
                return step => step with
                {
                    Phase = last < documents ? step.Phase : LogStep.Checkpoints,
                    Done = last < documents ? last : 0,
                    LacksHeads = step.LacksHeads || !hasHeads,
                };
            },
            cancellationToken);
    }

    private async Task CopyCheckpointsAsync(CancellationToken cancellationToken)
    {
        var after = steps.Current.Done;
        await steps.CommitAsync(
            "Copying checkpoints",
            async connection =>
            {
                var copied = await LogCloner.CopyCheckpointsAsync(
                    connection, source, target, after, sequence, cancellationToken);
                return step => copied is { } last
                    ? step with { Done = last }
                    : step with { Phase = LogStep.Heads, Done = 0 };
            },
            cancellationToken);
    }

    /// <summary>Makes the next heads that could not be copied, or writes the end when there are none.</summary>
    private Task EndAsync(CancellationToken cancellationToken) => steps.CommitAsync(
        CopyingDocuments,
        async connection =>
        {
            var (_, done, documents) = steps.Current;
            if (steps.Current.LacksHeads && await PastHeads.WriteAsync(
                connection, target, sequence, (int)done, cancellationToken) is { } last)
            {
                return step => step with { Done = last };
            }

            await LogCloner.WriteEndAsync(connection, target, sequence, documents, cancellationToken);
            return step => step with { Phase = LogStep.End };
        },
        cancellationToken);
}
