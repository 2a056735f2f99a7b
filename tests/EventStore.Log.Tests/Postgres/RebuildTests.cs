using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Postgres.Replay;
using EventStore.Log.Projections;
using EventStore.Mendoza;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Everything derived follows from the log, and can be made anew from it while it grows.</summary>
public sealed class RebuildTests(LogDatabase database) : IClassFixture<LogDatabase>
{
    private static readonly CheckpointPolicy Tiny = new() { MinimumBytes = 2_000, PatchBytes = 100, Share = 0.3, ChunkBytes = 700 };

    /// <summary>Everything derived, in a comparable form. Heads that wait to be settled are equal to settled ones.</summary>
    private static readonly string[] Derived =
    [
        "select document, sequence, chain_bytes, deleted, revision, content from eventstore.head where dataset = $1 order by 1",
        "select document, sequence, content from eventstore.keyframe where dataset = $1 order by 1, 2",
        "select source, target from eventstore.reference where dataset = $1 order by 1, 2",
        "select sequence, documents, bytes from eventstore.checkpoint where dataset = $1 order by 1",
        "select sequence, format from eventstore.attribute_state where dataset = $1",
        "select number, name from eventstore.attribute_type where dataset = $1 order by 1",
        "select number, names, built_up_to, dropped from eventstore.attribute_path where dataset = $1 order by 1",
        "select document, key from eventstore.attribute_entry where dataset = $1 order by 2",
        """
        select checkpoint.sequence, last_id, content from eventstore.checkpoint join eventstore.checkpoint_chunk on checkpoint = number
        where dataset = $1 order by 1, 2
        """,
    ];

    private CheckpointBuilder Checkpoints => new(database.DataSource, Tiny);

    private AttributeIndexer Attributes => new(database.DataSource, new() { LeastDocuments = 1 });

    [Theory]
    [InlineData("delete from eventstore.keyframe where dataset = $1")]
    [InlineData("delete from eventstore.keyframe where dataset = $1 and sequence % 3 = 0")]
    [InlineData("update eventstore.keyframe set content = '\\x00' || '{}'::bytea where dataset = $1 and content is not null")]
    [InlineData("""
        insert into eventstore.keyframe select sequence, dataset, document, null from eventstore.effect where dataset = $1
        on conflict do nothing
        """)]
    [InlineData("delete from eventstore.head where dataset = $1")]
    [InlineData("""
        update eventstore.head set content = '\x00' || '{}'::bytea, chain_bytes = chain_bytes + 1
        where dataset = $1 and not deleted
        """)]
    [InlineData("update eventstore.head set revision = 'x', sequence = 1 where dataset = $1")]
    [InlineData("delete from eventstore.reference where dataset = $1")]
    [InlineData("insert into eventstore.reference select dataset, number, 'x' from eventstore.document where dataset = $1")]
    [InlineData("insert into eventstore.reference values ($1, 1000000, 'x')")]
    [InlineData("delete from eventstore.checkpoint where dataset = $1")]
    [InlineData("delete from eventstore.attribute_state where dataset = $1")]
    [InlineData("delete from eventstore.attribute_entry where dataset = $1 and document % 2 = 0")]
    [InlineData("insert into eventstore.attribute_entry values ($1, 1, '\\x00010000000161')")]
    [InlineData("update eventstore.attribute_path set built_up_to = 'doc-1' where dataset = $1")]
    [InlineData("delete from eventstore.checkpoint_chunk using eventstore.checkpoint where checkpoint = number and dataset = $1")]
    public async Task What_is_derived_comes_back_equal(string damage)
    {
        var dataset = await database.CreateDatasetAsync();
        await RandomHistory.AppendAsync(database, dataset, new Random(51), 150, 12);
        await Checkpoints.BuildAsync(dataset, default);
        await Attributes.AdvanceAsync(dataset, [new(["title"])], TimeSpan.MaxValue, default);
        var before = await ReadDerivedAsync(dataset);
        await ExecuteAsync(dataset, damage);

        await RebuildAsync(dataset);

        (await ReadDerivedAsync(dataset)).ShouldBe(before);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        (await RebuildAsync(dataset)).ShouldSatisfyAllConditions(
            again => again.ChangedHeads.ShouldBe(0),
            again => again.ChangedKeyframes.ShouldBe(0),
            again => again.ChangedReferences.ShouldBe(0));
    }

    [Fact]
    public async Task A_rebuild_goes_on_beside_writers_of_two_processes()
    {
        var dataset = await database.CreateDatasetAsync();
        await using var other = database.CreateAppender();
        var written = new List<long>();
        using var stop = new CancellationTokenSource();
        async Task WriteAsync(TransactionAppender appender, string name)
        {
            for (var number = 0; !stop.IsCancellationRequested || number < 50; number++)
            {
                var document = $$"""{"_id":"{{name}}-{{number % 90}}","_type":"t","n":{{number}},"text":"{{new string('x', 300)}}"}""";
                var text = $$"""[{"createOrReplace":{{document}}}]""";
                var result = await appender.AppendAsync(dataset, new() { Author = name, Mutations = Parse(text) }, default);
                lock (written)
                {
                    written.Add(result.Sequence);
                }
            }
        }

        var writers = Task.WhenAll(WriteAsync(database.Appender, "one"), WriteAsync(other, "two"));
        for (var round = 0; round < 6; round++)
        {
            await ExecuteAsync(dataset, "delete from eventstore.keyframe where dataset = $1");
            await ExecuteAsync(dataset, "delete from eventstore.checkpoint where dataset = $1");
            await RebuildAsync(dataset);
        }

        await stop.CancelAsync();
        await writers;
        await RebuildAsync(dataset);
        var online = await ReadDerivedAsync(dataset);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>().Transactions.ShouldBe(written.Count);

        (await RebuildAsync(dataset)).ChangedHeads.ShouldBe(0);
        (await ReadDerivedAsync(dataset)).ShouldBe(online);
    }

    [Fact]
    public async Task Writers_forget_heads_that_a_rebuild_has_changed()
    {
        var dataset = await database.CreateDatasetAsync();
        var appender = database.CreateAppender();
        await AppendAsync(appender, dataset, """[{"create":{"_id":"a","_type":"t","n":1}}]""");

        // A writer that starts now takes the damaged head for true.
        await appender.DisposeAsync();
        await ExecuteAsync(dataset, """
            update eventstore.head set content = '\x00' || '{"_id":"a","_type":"t","n":7}'::bytea where dataset = $1
            """);
        await using var deceived = database.CreateAppender();
        await AppendAsync(deceived, dataset, """[{"patch":{"id":"a","ifRevisionID":"x","set":{"n":8}}}]""", fails: true);
        (await RebuildAsync(dataset)).ChangedHeads.ShouldBe(1);
        await AppendAsync(deceived, dataset, """[{"patch":{"id":"a","inc":{"n":1}}}]""");

        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        var documents = await database.Documents.ReadAsync(dataset, [DocumentId.Parse("a")], null, default);
        Encoding.UTF8.GetString(documents.ShouldHaveSingleItem().Content.Span).ShouldContain("\"n\":2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    public async Task A_replay_comes_to_the_state_that_is_read(long from)
    {
        var dataset = await database.CreateDatasetAsync();
        var model = await RandomHistory.AppendAsync(database, dataset, new Random(61), 150, 12);
        for (var to = from; to <= model.Sequence; to += 16)
        {
            ReplaySummary? summary = null;
            await foreach (var step in new LogReplayer(database.DataSource).ReplayAsync(dataset, from, to, default))
            {
                summary = step as ReplaySummary;
            }

            summary.ShouldNotBeNull();
            summary.Transactions.ShouldBe(to - from);
            summary.Documents.ShouldBe(model.At(to).Count);
            summary.Digest.ShouldBe(await DigestAsync(dataset, to));
        }
    }

    [Fact]
    public async Task A_replay_of_more_than_fits_in_memory_comes_to_the_state_that_is_read()
    {
        var dataset = await database.CreateDatasetAsync();
        await using var appender = database.CreateAppender();
        const int documents = 90;
        const int length = 1_000_000;
        (documents * (long)length).ShouldBeGreaterThan(Limits.ReplayStateBytes);
        for (var number = 0; number < documents; number++)
        {
            var text = new string((char)('a' + (number % 26)), length);
            await AppendAsync(
                appender, dataset, $$$"""[{"createOrReplace":{"_id":"d{{{number}}}","_type":"t","text":"{{{text}}}"}}]""");
            await AppendAsync(
                appender, dataset, $$$$"""[{"patch":{"id":"d{{{{number / 2}}}}","set":{"n":{{{{number}}}}}}}]""");
        }

        foreach (var from in new[] { 0, documents })
        {
            var progress = (long)from;
            var summary = default(ReplaySummary);
            await foreach (var step in new LogReplayer(database.DataSource).ReplayAsync(dataset, from, documents * 2, default))
            {
                progress = step is ReplayProgress { Sequence: var at } && at >= progress ? at : progress;
                summary = step as ReplaySummary;
            }

            progress.ShouldBe(documents * 2);
            summary.ShouldNotBeNull();
            summary.Effects.ShouldBe((documents * 2) - from);
            summary.Documents.ShouldBe(documents);
            summary.Digest.ShouldBe(await DigestAsync(dataset, documents * 2));
        }
    }

    private static IReadOnlyList<Mutation> Parse(string text) => MutationParser.Parse(
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text), JsonLimits.Default),
        new MutationParseOptions(AutoGenerateArrayKeys: false),
        new SequentialIdentifiers());

    private static async Task AppendAsync(TransactionAppender appender, Dataset dataset, string text, bool fails = false)
    {
        var append = appender.AppendAsync(dataset, new() { Author = "a", Mutations = Parse(text) }, default);
        if (fails)
        {
            await append.ShouldThrowAsync<MutationException>();
        }
        else
        {
            await append;
        }
    }

    private async Task<string> DigestAsync(Dataset dataset, long sequence)
    {
        var digests = new MemoryStream();
        await foreach (var batch in new DatasetReader(database.DataSource).ReadAsync(dataset, sequence, null, default))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                digests.Write(System.Security.Cryptography.SHA256.HashData(batch.Lines(index, index + 1).Span));
            }
        }

        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(digests.ToArray()));
    }

    private async Task<RebuildSummary> RebuildAsync(Dataset dataset)
    {
        RebuildStep? last = null;
        await foreach (var step in new DerivedRebuilder(database.DataSource, Checkpoints, Attributes).RebuildAsync(dataset, default))
        {
            last = step;
        }

        return last.ShouldBeOfType<RebuildSummary>();
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

    private async Task ExecuteAsync(Dataset dataset, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = dataset.Number });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<string>> ReadDerivedAsync(Dataset dataset)
    {
        var rows = new List<string>();
        foreach (var sql in Derived)
        {
            await using var command = database.DataSource.CreateCommand(sql);
            command.Parameters.Add(new() { Value = dataset.Number });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column) switch
                {
                    byte[] bytes => Convert.ToHexString(bytes),
                    string[] names => string.Join('.', names),
                    var value => value.ToString(),
                })));
            }
        }

        return rows;
    }
}
