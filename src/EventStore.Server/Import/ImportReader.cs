using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventStore.Server.Wire;

namespace EventStore.Server.Import;

/// <summary>
/// Reads lines ahead of the log: one task cuts them, several parse portions of them, and the portions come out in
/// order. What is under way is bounded in bytes.
/// </summary>
internal sealed class ImportReader(Stream body)
{
    private static readonly int Portions = 4 * Environment.ProcessorCount;

    private readonly ByteBudget _budget = new(ServerLimits.ImportReadAheadBytes);

    /// <summary>The portions in order; the last may hold a failure, and nothing follows it.</summary>
    public async IAsyncEnumerable<ImportPortion> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var portions = Channel.CreateBounded<Task<ImportPortion>>(new BoundedChannelOptions(Portions)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        var cutting = Task.Run(() => CutAsync(portions.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var parsing in portions.Reader.ReadAllAsync(cancellationToken))
            {
                var portion = await parsing;
                yield return portion;
                if (portion.Failure is not null)
                {
                    yield break;
                }

                _budget.Return(portion.Bytes);
            }
        }
        finally
        {
            // Nobody may read the body any more when the caller goes on to drain it.
            await stop.CancelAsync();
            await cutting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CutAsync(ChannelWriter<Task<ImportPortion>> portions, CancellationToken cancellationToken)
    {
        var lines = new LineReader(body);
        var number = 0L;
        try
        {
            var portion = new LineBatch(1);
            while (true)
            {
                var next = ReadLineAsync(lines, number + 1, cancellationToken);
                if (!next.IsCompleted && portion.Bytes > 0)
                {
                    // The client is slower than the log: nothing is gained by waiting for a full portion.
                    await SendAsync(portion);
                    portion = new LineBatch(number + 1);
                }

                if (await next is not { } line)
                {
                    break;
                }

                number++;
                if (portion.Bytes > 0 && portion.Bytes + line.Length > ServerLimits.ImportPortionBytes)
                {
                    await SendAsync(portion);
                    portion = new LineBatch(number);
                }

                portion.Add(line.Span);
            }

            await SendAsync(portion);
            portions.Complete();
        }
        catch (Exception exception)
        {
            portions.Complete(exception);
        }

        async Task SendAsync(LineBatch portion)
        {
            await _budget.TakeAsync(portion.Bytes, cancellationToken);
            await portions.WriteAsync(Task.Run(portion.Parse, cancellationToken), cancellationToken);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(
        LineReader lines, long number, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new ImportException(number, new DescribedException(
                400, Failures.ValidationType, "The body is not in gzip format, or damaged"));
        }
        catch (DescribedException exception)
        {
            throw new ImportException(number, exception);
        }
    }
}
