using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Projections;
using Xunit.Abstractions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Checkpoints change what a read costs, never what it gives.</summary>
public sealed class CheckpointTests(LogDatabase database, ITestOutputHelper output) : IClassFixture<LogDatabase>
{
    private const int Transactions = 250;

    /// <summary>So small that a short history gets many checkpoints of many chunks.</summary>
    private static readonly CheckpointPolicy Tiny = new() { MinimumBytes = 2_000, PatchBytes = 100, Share = 0.3, ChunkBytes = 700 };

    private DatasetReader Reader => new(database.DataSource);

    [Theory]
    [InlineData(11)]
    [InlineData(null)]
    public async Task Every_sequence_reads_as_the_model_says_with_and_without_checkpoints(int? fixedSeed)
    {
        var (dataset, model, random) = await AppendAsync(fixedSeed);
        var plain = await ReadAllAsync(dataset, model.Sequence);
        (await BuildAsync(dataset)).ShouldBeGreaterThan(10);
        (await ChunksAsync(dataset)).ShouldBeGreaterThan(50);

        for (var sequence = 0; sequence <= model.Sequence; sequence++)
        {
            var lines = Lines(await ReadTextAsync(dataset, sequence, null));
            lines.ShouldBe(plain[sequence], $"at {sequence}");
            lines.Count.ShouldBe(model.At(sequence).Count);
            foreach (var (line, expected) in lines.Zip(model.At(sequence)))
            {
                ReferenceModel.Normalize(System.Text.Encoding.UTF8.GetBytes(line)).ShouldBe(ReferenceModel.Normalize(expected.Value));
            }

            var after = $"doc-{random.Next(12)}";
            var rest = Lines(await ReadTextAsync(dataset, sequence, after));
            var ids = model.At(sequence).Keys.ToList();
            rest.ShouldBe(lines.Skip(ids.Count(id => string.CompareOrdinal(id, after) <= 0)), $"at {sequence} after {after}");
        }
    }

    [Fact]
    public async Task A_checkpoint_dropped_or_rebuilt_under_a_reader_changes_nothing()
    {
        var (dataset, model, random) = await AppendAsync(21);
        var plain = await ReadAllAsync(dataset, model.Sequence);
        for (var run = 0; run < 40; run++)
        {
            await BuildAsync(dataset);
            var sequence = random.Next(Transactions / 2, Transactions + 1);
            var dropAt = random.Next(0, 6);
            var text = await ReadTextAsync(dataset, sequence, null, async batch =>
            {
                if (batch == dropAt)
                {
                    await DropAsync(dataset);
                    if (random.Next(2) == 0)
                    {
                        await BuildAsync(dataset);
                    }
                }
            });
            Lines(text).ShouldBe(plain[sequence], $"seed 21, run {run}: at {sequence}, dropped at batch {dropAt}");
        }
    }

    [Fact]
    public async Task What_was_begun_and_left_is_finished_by_whoever_comes_next()
    {
        var (dataset, model, random) = await AppendAsync(31);
        var plain = await ReadAllAsync(dataset, model.Sequence);
        await BuildAsync(dataset);
        var whole = await StoredAsync(dataset);
        await DropAsync(dataset);

        var interruptions = 0;
        for (var done = false; !done;)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(5, 60)));
            try
            {
                await new CheckpointBuilder(database.DataSource, Tiny).BuildAsync(dataset, stop.Token);
                done = true;
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }
        }

        output.WriteLine($"{interruptions} interruptions");
        (await StoredAsync(dataset)).ShouldBe(whole);
        Lines(await ReadTextAsync(dataset, model.Sequence, null)).ShouldBe(plain[^1]);
    }

    [Fact]
    public async Task Several_builders_build_each_checkpoint_once()
    {
        var (dataset, model, _) = await AppendAsync(41);
        await BuildAsync(dataset);
        var whole = await StoredAsync(dataset);
        await DropAsync(dataset);

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            await new CheckpointBuilder(database.DataSource, Tiny).BuildAsync(dataset, default))));
        while (await new CheckpointBuilder(database.DataSource, Tiny).BuildAsync(dataset, default) is not 0)
        {
            // Only one had the lock at a time; the last one finds nothing left to do.
        }

        counts.Count(count => count > 0).ShouldBe(1);
        (await StoredAsync(dataset)).ShouldBe(whole);
        model.Sequence.ShouldBe(Transactions);
    }

    [Fact]
    public async Task A_dataset_at_rest_has_one_checkpoint_of_its_end_until_the_next()
    {
        var (dataset, model, _) = await AppendAsync(51);
        var plain = await ReadAllAsync(dataset, model.Sequence);
        var builder = new CheckpointBuilder(database.DataSource, Tiny);
        (await builder.BuildRestingAsync(dataset, model.Sequence, default)).ShouldBe(0, "there is no checkpoint yet");
        await BuildAsync(dataset);
        var lasting = await StoredAsync(dataset);

        foreach (var end in new[] { model.Sequence - 1, model.Sequence })
        {
            var rests = Tiny with { RestingShare = 0 };
            (await new CheckpointBuilder(database.DataSource, rests).BuildRestingAsync(dataset, end, default)).ShouldBe(1);
            (await StoredAsync(dataset)).Select(stored => stored.Sequence)
                .ShouldBe(lasting.Select(stored => stored.Sequence).Append(end).Distinct());
            (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
            for (var sequence = lasting[^1].Sequence; sequence <= model.Sequence; sequence++)
            {
                Lines(await ReadTextAsync(dataset, sequence, null)).ShouldBe(plain[(int)sequence], $"at {sequence}, at rest at {end}");
            }
        }

        (await BuildAsync(dataset)).ShouldBe(0);
        await DropAsync(dataset);
        await BuildAsync(dataset);
        (await StoredAsync(dataset)).ShouldBe(lasting);
    }

    [Theory]
    [InlineData("update eventstore.checkpoint_chunk set content = '\\x0102ff'")]
    [InlineData("""
        update eventstore.checkpoint_chunk
        set content = set_bit(content, length(content) * 4, 1 - get_bit(content, length(content) * 4))
        """)]
    [InlineData("delete from eventstore.checkpoint_chunk")]
    [InlineData("delete from eventstore.checkpoint_chunk where last_id > (select min(last_id) from eventstore.checkpoint_chunk)")]
    [InlineData("""
        update eventstore.checkpoint_chunk as chunk
        set content = (
            select content from eventstore.checkpoint_chunk as other
            where other.checkpoint = chunk.checkpoint order by last_id limit 1)
        """)]
    public async Task A_damaged_checkpoint_is_found_read_around_and_mended(string damage)
    {
        var (dataset, model, _) = await AppendAsync(71);
        var plain = await ReadSomeAsync(dataset, model.Sequence);
        await BuildAsync(dataset);
        var stored = await StoredAsync(dataset);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        await using (var command = database.DataSource.CreateCommand(damage))
        {
            (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
        }

        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationDifference>().Description.ShouldContain("checkpoint");
        (await ReadSomeAsync(dataset, model.Sequence)).ShouldBe(plain);

        await DropAsync(dataset);
        await BuildAsync(dataset);
        (await StoredAsync(dataset)).ShouldBe(stored);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
    }

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<(Dataset Dataset, ReferenceModel Model, Random Random)> AppendAsync(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        var dataset = await database.CreateDatasetAsync();
        return (dataset, await RandomHistory.AppendAsync(database, dataset, random, Transactions, 12), random);
    }

    private async Task<VerificationStep?> VerifyAsync(Dataset dataset)
    {
        VerificationStep? last = null;
        await foreach (var step in database.Verifier.VerifyAsync(dataset, default))
        {
            last = step;
        }

        return last;
    }

    private async Task<int> BuildAsync(Dataset dataset) =>
        await new CheckpointBuilder(database.DataSource, Tiny).BuildAsync(dataset, default) ?? 0;

    /// <summary>The lines at a few sequences, the last one among them.</summary>
    private async Task<List<string>> ReadSomeAsync(Dataset dataset, long last)
    {
        var some = new List<string>();
        for (var sequence = last; sequence > 0; sequence -= Transactions / 5)
        {
            some.Add(await ReadTextAsync(dataset, sequence, null));
        }

        return some;
    }

    /// <summary>The lines at every sequence.</summary>
    private async Task<List<List<string>>> ReadAllAsync(Dataset dataset, long last)
    {
        var all = new List<List<string>>();
        for (var sequence = 0L; sequence <= last; sequence++)
        {
            all.Add(Lines(await ReadTextAsync(dataset, sequence, null)));
        }

        return all;
    }

    private async Task<string> ReadTextAsync(Dataset dataset, long sequence, string? after, Func<int, Task>? between = null)
    {
        var text = new MemoryStream();
        var batches = 0;
        await foreach (var batch in Reader.ReadAsync(dataset, sequence, after, default))
        {
            text.Write(batch.Text.Span);
            if (between is not null)
            {
                await between(batches++);
            }
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task DropAsync(Dataset dataset)
    {
        await using var drop = database.DataSource.CreateCommand("delete from eventstore.checkpoint where dataset = $1");
        drop.Parameters.Add(new() { Value = dataset.Number });
        await drop.ExecuteNonQueryAsync();
    }

    private async Task<long> ChunksAsync(Dataset dataset)
    {
        await using var count = database.DataSource.CreateCommand(
            "select count(*) from eventstore.checkpoint join eventstore.checkpoint_chunk on checkpoint = number where dataset = $1");
        count.Parameters.Add(new() { Value = dataset.Number });
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>What the complete checkpoints hold, but for where their chunks end.</summary>
    private async Task<List<(long Sequence, long Documents, long Bytes)>> StoredAsync(Dataset dataset)
    {
        await using var select = database.DataSource.CreateCommand("""
            select sequence, documents, bytes from eventstore.checkpoint where dataset = $1 and complete order by sequence
            """);
        select.Parameters.Add(new() { Value = dataset.Number });
        await using var reader = await select.ExecuteReaderAsync();
        var stored = new List<(long, long, long)>();
        while (await reader.ReadAsync())
        {
            stored.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return stored;
    }
}
