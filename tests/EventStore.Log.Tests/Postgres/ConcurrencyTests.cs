using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Many writers, in several processes' worth of appenders, on one dataset.</summary>
public sealed class ConcurrencyTests(LogDatabase database) : IClassFixture<LogDatabase>
{
    [Fact]
    public async Task Writers_of_several_appenders_make_one_dense_order_and_lose_no_increment()
    {
        const int appenders = 3, writersEach = 4, edits = 25;
        var dataset = await database.CreateDatasetAsync();
        var transactions = new RandomTransactions(new Random(0), 1);
        await database.Appender.AppendAsync(dataset, Request("""[{"create":{"_id":"counter","_type":"t","n":0}}]"""), default);
        var all = Enumerable.Range(0, appenders).Select(_ => database.CreateAppender()).ToList();

        var work = all.SelectMany((appender, one) => Enumerable.Range(0, writersEach).Select(async other =>
        {
            var sequences = new List<long>();
            for (var edit = 0; edit < edits; edit++)
            {
                var own = $$"""{"createOrReplace":{"_id":"own-{{one}}-{{other}}","_type":"t","edit":{{edit}} } }""";
                var shared = """{"patch":{"id":"counter","inc":{"n":1}}}""";
                sequences.Add((await appender.AppendAsync(dataset, Request($"[{own},{shared}]"), default)).Sequence);
            }

            sequences.ShouldBeInOrder();
            return sequences;
        }));
        var acknowledged = (await Task.WhenAll(work)).SelectMany(sequences => sequences).Order().ToList();

        acknowledged.ShouldBe(Enumerable.Range(2, appenders * writersEach * edits).Select(sequence => (long)sequence));
        var counter = await database.Documents.ReadAsync(dataset, [DocumentId.Parse("counter")], null, default);
        System.Text.Json.Nodes.JsonNode.Parse(counter[0].Content.Span)!["n"]!.GetValue<int>()
            .ShouldBe(appenders * writersEach * edits);
        await foreach (var step in database.Verifier.VerifyAsync(dataset, default))
        {
            step.ShouldNotBeOfType<VerificationDifference>();
        }

        foreach (var appender in all)
        {
            await appender.DisposeAsync();
        }

        AppendRequest Request(string mutations) => new() { Author = "a", Mutations = transactions.Parse(mutations) };
    }

    [Fact]
    public async Task One_transaction_id_wins_once_whoever_asks_with_it()
    {
        var dataset = await database.CreateDatasetAsync();
        var transactions = new RandomTransactions(new Random(0), 1);
        await using var other = database.CreateAppender();
        var attempts = await Task.WhenAll(Enumerable.Range(0, 32).Select(async number =>
        {
            var request = new AppendRequest
            {
                Id = TransactionId.Parse("same"),
                Author = "a",
                Mutations = transactions.Parse($$"""[{"createOrReplace":{"_id":"d","_type":"t","n":{{number}} } }]"""),
            };
            try
            {
                await (number % 2 == 0 ? database.Appender : other).AppendAsync(dataset, request, default);
                return true;
            }
            catch (MutationException exception)
            {
                exception.Items.Single().Error.Type.ShouldBe(MutationErrorType.TransactionAlreadyExists);
                return false;
            }
        }));

        attempts.Count(won => won).ShouldBe(1);
        (await database.Transactions.HeadAsync(dataset, default)).Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_that_cannot_be_done_fails_alone()
    {
        var dataset = await database.CreateDatasetAsync();
        var transactions = new RandomTransactions(new Random(0), 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            var mutations = number % 4 == 0
                ? $$"""[{"create":{"_id":"half-{{number}}","_type":"t"} },{"patch":{"id":"missing","set":{"a":1} } }]"""
                : $$"""[{"create":{"_id":"whole-{{number}}","_type":"t"} }]""";
            try
            {
                await database.Appender.AppendAsync(
                    dataset, new() { Author = "a", Mutations = transactions.Parse(mutations) }, default);
                return true;
            }
            catch (MutationException)
            {
                return false;
            }
        }));

        outcomes.Count(done => done).ShouldBe(30);
        var ids = new List<string>();
        await foreach (var document in database.Documents.ReadDatasetAsync(dataset, long.MaxValue, null, default))
        {
            ids.Add(document.Id.Value);
        }

        ids.Count.ShouldBe(30);
        ids.ShouldAllBe(id => id.StartsWith("whole-"));
    }
}
