using System.Globalization;
using System.Threading.Channels;
using Npgsql;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Fetches every so-many-th step of a stretch of the log on a connection and a thread of its own, as far ahead as there
/// is room for. Several lanes side by side have the database work on several cores.
/// </summary>
internal sealed class EffectLane
{
    // A copy takes no parameters; these are numbers only.
    private const string CopyEffects = """
        copy (
            select sequence, document, apply from eventstore.effect
            where dataset = {0} and sequence > {1} and sequence <= {2} {3}
            order by sequence
        ) to stdout (format binary)
        """;

    private const string OfShare = "and document % {0} = {1}";

    /// <summary>
    /// The index on the sequence is followed, which takes less than half of what the planner prefers for a part of a
    /// dataset: to gather the rows and to sort them.
    /// </summary>
    private const string FollowIndex = "set local enable_sort = off";

    private readonly NpgsqlDataSource _dataSource;
    private readonly CancellationToken _stopping;
    private readonly Channel<EffectBlock> _blocks = Channel.CreateBounded<EffectBlock>(
        new BoundedChannelOptions(Limits.ReplayBlocksAhead) { SingleReader = true, SingleWriter = true });

    private readonly Task _run;

    /// <param name="dataSource">The database.</param>
    /// <param name="statements">The steps to fetch, one after the other; see <see cref="Statement"/>.</param>
    /// <param name="stopping">Stops fetching.</param>
    public EffectLane(NpgsqlDataSource dataSource, IEnumerable<string> statements, CancellationToken stopping)
    {
        (_dataSource, _stopping) = (dataSource, stopping);

        // On a thread that waits: the rows come in pieces of a few KB, and to be called back for each of them costs as
        // much again as reading it.
        _run = Task.Factory.StartNew(
            () => Run(statements), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Copies the effects behind one sequence up to another.</summary>
    public static string Statement(Dataset dataset, DocumentShare share, long after, long last)
    {
        // Without a condition where there is nothing to leave out: the planner cannot know that it holds.
        var ofShare = share.Count == 1
            ? ""
            : string.Format(CultureInfo.InvariantCulture, OfShare, share.Count, share.Number);
        return string.Format(CultureInfo.InvariantCulture, CopyEffects, dataset.Number, after, last, ofShare);
    }

    /// <summary>The next block; the last one of a step says that it is.</summary>
    /// <exception cref="InvalidDataException">The database sends something else than effects.</exception>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public async ValueTask<EffectBlock> ReadAsync(CancellationToken cancellationToken)
    {
        EffectBlock? block;
        while (!_blocks.Reader.TryRead(out block))
        {
            if (!await _blocks.Reader.WaitToReadAsync(cancellationToken))
            {
                throw new InvalidOperationException("The lane has no further steps");
            }
        }

        return block;
    }

    /// <summary>To be awaited when it was told to stop: gives back what was fetched and not read.</summary>
    public async Task DisposeAsync()
    {
        await _run;
        while (_blocks.Reader.TryRead(out var block))
        {
            block.Dispose();
        }
    }

    private void Run(IEnumerable<string> statements)
    {
        try
        {
            using var connection = _dataSource.OpenConnection();
            foreach (var statement in statements)
            {
                Fetch(connection, statement);
            }

            _blocks.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            // Whoever reads the lane gets it.
            _blocks.Writer.TryComplete(exception);
        }
    }

    private void Fetch(NpgsqlConnection connection, string statement)
    {
        using var transaction = connection.BeginTransaction();
        using (var setting = new NpgsqlCommand(FollowIndex, connection))
        {
            setting.ExecuteNonQuery();
        }

        using var copy = connection.BeginRawBinaryCopy(statement);
        try
        {
            using var effects = new EffectCopy(copy);
            for (var isComplete = false; !isComplete;)
            {
                _stopping.ThrowIfCancellationRequested();
                var block = effects.Read();
                isComplete = block.EndsStep;
                if (!_blocks.Writer.TryWrite(block))
                {
                    _blocks.Writer.WriteAsync(block, _stopping).AsTask().GetAwaiter().GetResult();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Otherwise everything that is left of the log would be waited for.
            copy.Cancel();
            throw;
        }
    }
}
