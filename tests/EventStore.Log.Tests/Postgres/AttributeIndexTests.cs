using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Projections.Attributes;
using Xunit.Abstractions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>
/// Whatever the index is true at and whatever is being built: what it gives together with what has changed holds every
/// document that is in a range.
/// </summary>
public sealed class AttributeIndexTests(LogDatabase database, ITestOutputHelper output) : IClassFixture<LogDatabase>
{
    private const int Documents = 12;

    private static readonly AttributePath Title = new(["title"]);
    private static readonly AttributePath Counter = new(["counter"]);

    /// <summary>So little at a time that every step is met half done.</summary>
    private static readonly AttributePolicy Tiny = new() { LeastDocuments = 1, RunBytes = 300, StepEffects = 4 };

    private readonly AttributeIndex _index = new(database.DataSource);

    private AttributeIndexer Indexer => new(database.DataSource, Tiny);

    [Theory]
    [InlineData(11)]
    [InlineData(null)]
    public async Task No_document_is_missed_while_the_index_lags_and_is_being_built(int? fixedSeed)
    {
        var random = Seeded(fixedSeed);
        var dataset = await database.CreateDatasetAsync();
        var model = new ReferenceModel();
        var transactions = new RandomTransactions(random, Documents);
        var (reads, usable) = (0, 0);
        for (var number = 1; number <= 200; number++)
        {
            var (request, changes) = transactions.Next(model, number);
            model.Append(changes);
            await database.Appender.AppendAsync(dataset, request, default);
            if (random.Next(8) == 0)
            {
                IEnumerable<AttributePath> asked = number < 60 ? [] : number < 120 ? [Title] : [Title, Counter];
                await Indexer.AdvanceAsync(dataset, asked, TimeSpan.FromMilliseconds(random.Next(12)), default);
            }

            if (random.Next(50) == 0)
            {
                await Indexer.RebuildAsync(dataset, default);
            }

            reads++;
            usable += await CheckAsync(dataset, model, random, random.Next(3) == 0 ? random.Next(number) : null) ? 1 : 0;
        }

        output.WriteLine($"{usable} of {reads} reads found an index");
        usable.ShouldBeGreaterThan(reads / 8);
        await Indexer.AdvanceAsync(dataset, [], TimeSpan.MaxValue, default);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        (await StoredAsync(dataset)).ShouldBe(await ExpectedAsync(dataset, model));
    }

    [Theory]
    [InlineData("delete from eventstore.attribute_entry where dataset = $1 and document = 1")]
    [InlineData("update eventstore.attribute_entry set document = 2 where dataset = $1 and document = 1")]
    [InlineData("insert into eventstore.attribute_entry values ($1, 1, '\\x000300000001')")]
    [InlineData("insert into eventstore.attribute_entry values ($1, 1, '\\xffff00000001')")]
    [InlineData("update eventstore.attribute_state set sequence = sequence - 20 where dataset = $1")]
    public async Task A_wrong_index_is_found_and_made_anew(string damage)
    {
        var dataset = await database.CreateDatasetAsync();
        await RandomHistory.AppendAsync(database, dataset, Seeded(7), 120, Documents);
        await Indexer.AdvanceAsync(dataset, [Title], TimeSpan.MaxValue, default);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        var whole = await StoredAsync(dataset);
        await using (var command = database.DataSource.CreateCommand(damage))
        {
            command.Parameters.Add(new() { Value = dataset.Number });
            (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
        }

        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationDifference>().Description.ShouldContain("attribute index");
        await Indexer.RebuildAsync(dataset, default);
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
        (await StoredAsync(dataset)).ShouldBe(whole);
    }

    [Fact]
    public async Task Paths_are_dropped_when_nobody_asks_for_them_and_their_numbers_used_again()
    {
        var dataset = await database.CreateDatasetAsync();
        await RandomHistory.AppendAsync(database, dataset, Seeded(8), 60, Documents);
        var few = new AttributeIndexer(database.DataSource, Tiny with { Paths = 1 });
        await few.AdvanceAsync(dataset, [Title, Counter], TimeSpan.MaxValue, default);
        var layout = (await _index.LayoutAsync(dataset, default))!;
        layout.PathNumber(Title).ShouldNotBeNull();
        layout.Knows(Counter).ShouldBeFalse();

        await new AttributeIndexer(database.DataSource, Tiny with { KeptFor = TimeSpan.Zero })
            .AdvanceAsync(dataset, [], TimeSpan.MaxValue, default);
        var request = new AttributeRequest { Ranges = [], Limit = 1, TailLimit = 1 };
        (await _index.ReadAsync(dataset, layout, request, default)).ShouldBeNull();
        (await _index.LayoutAsync(dataset, default))!.Knows(Title).ShouldBeFalse();

        await few.AdvanceAsync(dataset, [Counter], TimeSpan.MaxValue, default);
        (await new AttributeIndex(database.DataSource).LayoutAsync(dataset, default))!.PathNumber(Counter)
            .ShouldBe(layout.PathNumber(Title));
        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();
    }

    [Fact]
    public async Task Several_indexers_do_not_get_in_each_others_way()
    {
        var dataset = await database.CreateDatasetAsync();
        var model = await RandomHistory.AppendAsync(database, dataset, Seeded(9), 150, Documents);
        var done = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () => await Indexer.AdvanceAsync(dataset, [Title], TimeSpan.MaxValue, default))));
        done.Count(result => result == true).ShouldBeGreaterThan(0);
        (await StoredAsync(dataset)).ShouldBe(await ExpectedAsync(dataset, model));
    }

    private static string? TypeOf(JsonObject document) => document["_type"]?.GetValue<string>();

    /// <summary>Asks for some range and compares with the model.</summary>
    private async Task<bool> CheckAsync(Dataset dataset, ReferenceModel model, Random random, long? asOf)
    {
        // One that remembers believes for a while that there is no index.
        var index = random.Next(3) == 0 ? _index : new AttributeIndex(database.DataSource);
        if (await index.LayoutAsync(dataset, default) is not { } layout)
        {
            return false;
        }

        var type = random.Next(2) == 0 ? "article" : "page";
        var bound = random.Next(1_000_000);
        var path = layout.PathNumber(Counter);
        var descending = random.Next(2) == 0;
        var request = new AttributeRequest
        {
            Ranges = path is { } number
                ? [AttributeKeys.Range(number, layout.TypeNumber(type), AttributeValues.Below(bound, orEqual: false))]
                : [AttributeKeys.Ids(layout.TypeNumber(type), "", null)],
            Descending = descending,
            Limit = 1000,
            AsOf = asOf,
            TailLimit = random.Next(2) == 0 ? random.Next(30) : 1000,
            WithDocuments = random.Next(2) == 0,
        };
        if (await index.ReadAsync(dataset, layout, request, default) is not { } answer)
        {
            return false;
        }

        answer.Head.ShouldBe(model.Sequence);
        if (answer.TailIsCut)
        {
            return true;
        }

        var wanted = model.At(asOf ?? model.Sequence)
            .Where(pair => TypeOf(pair.Value) == type && (path is null || pair.Value["counter"]!.GetValue<int>() < bound))
            .Select(pair => pair.Key).ToHashSet();
        var tail = answer.Tail.Select(candidate => candidate.Id.Value).ToHashSet();
        var found = answer.Entries.Select(candidate => candidate.Id.Value).ToList();
        wanted.Except(tail).Except(found).ShouldBeEmpty();
        found.Except(tail).Except(wanted).ShouldBeEmpty();
        var keys = answer.Entries.Select(entry => Convert.ToHexString(entry.Key.Span)).ToList();
        keys.ShouldBe(descending ? keys.OrderDescending(StringComparer.Ordinal) : keys.Order(StringComparer.Ordinal));
        foreach (var candidate in answer.Entries.Concat(answer.Tail).Where(candidate => candidate.Snapshot is not null))
        {
            var expected = model.At(asOf ?? model.Sequence)[candidate.Id.Value];
            ReferenceModel.Normalize(candidate.Snapshot!.Content.Span.ToArray()).ShouldBe(ReferenceModel.Normalize(expected));
        }

        return true;
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

    private async Task<List<string>> StoredAsync(Dataset dataset)
    {
        await using var command = database.DataSource.CreateCommand(
            "select encode(key, 'hex') from eventstore.attribute_entry where dataset = $1 order by key");
        command.Parameters.Add(new() { Value = dataset.Number });
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<string>();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    private async Task<List<string>> ExpectedAsync(Dataset dataset, ReferenceModel model)
    {
        var layout = (await new AttributeIndex(database.DataSource).LayoutAsync(dataset, default))!;
        using var entries = new AttributeEntries();
        var projection = new AttributeProjection(layout.Paths);
        var documents = await database.Documents.ReadAsync(
            dataset, [.. model.Head.Keys.Select(DocumentId.Parse)], null, default);
        foreach (var document in documents)
        {
            var content = document.Content.Span;
            projection.Add(content, 1, document.Id.Value, layout.TypeNumber(DocumentContent.Type(content)!), entries);
        }

        entries.Sort();
        return [.. Enumerable.Range(0, entries.Count).Select(index => Convert.ToHexStringLower(entries.Key(index)))];
    }

    private Random Seeded(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        return new(seed);
    }
}
