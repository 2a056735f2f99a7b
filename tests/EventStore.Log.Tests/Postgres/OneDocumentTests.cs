using System.Text;
using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using Xunit.Abstractions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>
/// One document is read by statements of its own. A second one that never was makes the same question a general one, and
/// the answers must be the same.
/// </summary>
public sealed class OneDocumentTests(LogDatabase database, ITestOutputHelper output) : IClassFixture<LogDatabase>
{
    private const int Transactions = 300;

    private static readonly DocumentId Nowhere = DocumentId.Parse("nowhere");

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task A_history_is_what_the_general_question_finds(int? fixedSeed)
    {
        var random = Seeded(fixedSeed);
        var dataset = await database.CreateDatasetAsync();
        var model = await RandomHistory.AppendAsync(database, dataset, random, Transactions, documents: 5);
        for (var run = 0; run < 150; run++)
        {
            var touched = model.Touched(random.Next(1, Transactions + 1));
            var id = touched.Count > 0 ? DocumentId.Parse(touched[random.Next(touched.Count)]) : Nowhere;
            await ShouldAgreeAsync(dataset, id, new()
            {
                FromSequence = random.Next(3) == 0 ? random.Next(1, Transactions) : 1,
                ToSequence = random.Next(3) == 0 ? random.Next(1, Transactions + 50) : long.MaxValue,
                Reverse = random.Next(2) == 0,
                Limit = random.Next(2) == 0 ? null : random.Next(0, 200),
                Mutations = (MutationDetail)random.Next(3),
                OnlyIdentifiedDocuments = random.Next(2) == 0,
                Visible = random.Next(4) == 0 ? seen => seen.Value.Length % 2 == id.Value.Length % 2 : null,
            });
        }
    }

    [Fact]
    public async Task Long_mutations_and_pages_that_are_full_change_nothing()
    {
        var random = Seeded(null);
        var dataset = await database.CreateDatasetAsync();
        var transactions = new RandomTransactions(new Random(0), 1);
        for (var number = 1; number <= 45; number++)
        {
            // Text that does not pack: most are longer than their share of a page, all together than a page.
            var bytes = new byte[random.Next(3) == 0 ? 40 : random.Next(90_000, 200_000)];
            random.NextBytes(bytes);
            var mutations = new JsonArray(
                new JsonObject { ["createIfNotExists"] = new JsonObject { ["_id"] = "page", ["_type"] = "page" } },
                new JsonObject { ["createIfNotExists"] = new JsonObject { ["_id"] = "other", ["_type"] = "page" } },
                new JsonObject
                {
                    ["patch"] = new JsonObject
                    {
                        ["id"] = "page",
                        ["set"] = new JsonObject { ["text"] = Convert.ToBase64String(bytes) },
                    },
                });
            var request = new AppendRequest
            {
                Id = TransactionId.Parse($"long-{number}"),
                Author = "writer",
                Mutations = transactions.Parse(mutations.ToJsonString()),
            };
            await database.Appender.AppendAsync(dataset, request, default);
        }

        foreach (var detail in Enum.GetValues<MutationDetail>())
        {
            foreach (var (isReversed, isAlone) in new[] { (false, false), (true, false), (false, true) })
            {
                var found = await ShouldAgreeAsync(dataset, DocumentId.Parse("page"), new()
                {
                    Mutations = detail,
                    Reverse = isReversed,
                    OnlyIdentifiedDocuments = isAlone,
                });
                found.ShouldBe(45);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(null)]
    public async Task A_document_at_a_time_is_what_the_model_says(int? fixedSeed)
    {
        var random = Seeded(fixedSeed);
        var dataset = await database.CreateDatasetAsync();
        var (model, times) = (new ReferenceModel(), new List<DateTimeOffset>());
        var transactions = new RandomTransactions(random, documents: 3);
        var remembering = database.Documents;
        var far = new DateTimeOffset(2025, 1, 1, 6, 0, 0, TimeSpan.Zero);
        for (var number = 1; number <= Transactions; number++)
        {
            // Often the same time again, so that many revisions of a document share one.
            var (request, changes) = transactions.Next(model, number);
            times.Add(number == 1 ? far.AddHours(-5) : times[^1].AddMicroseconds(random.Next(8) == 0 ? random.Next(1, 90) : 0));
            model.Append(changes);
            await database.Appender.AppendAsync(
                dataset, request with { Timestamp = times[^1], EnforceReferences = false }, default);
            if (number % 10 == 0)
            {
                // The end of the log as of a time to come must not be remembered.
                await ShouldBeAsync(remembering, dataset, model, times, far);
            }
        }

        for (var run = 0; run < 400; run++)
        {
            var time = times[random.Next(times.Count)].AddTicks(10 * random.Next(-1, 2));
            await ShouldBeAsync(run % 2 == 0 ? remembering : database.Documents, dataset, model, times, time);
        }

        await ShouldBeAsync(remembering, dataset, model, times, DateTimeOffset.MinValue);
        await ShouldBeAsync(remembering, dataset, model, times, DateTimeOffset.MaxValue);
    }

    private static async Task ShouldBeAsync(
        DocumentReader reader, Dataset dataset, ReferenceModel model, List<DateTimeOffset> times, DateTimeOffset time)
    {
        var sequence = times.Count(made => made <= time);
        var expected = model.At(sequence);
        foreach (var id in model.Head.Keys.Concat(expected.Keys).Append(Nowhere.Value).Distinct())
        {
            var found = await reader.ReadAsync(dataset, [DocumentId.Parse(id)], Moment.At(time), default);
            var general = await reader.ReadAsync(dataset, [DocumentId.Parse(id), Nowhere], Moment.At(time), default);
            found.Select(document => (document.Id, document.Sequence, document.Revision, Text(document.Content)))
                .ShouldBe(general.Select(document => (document.Id, document.Sequence, document.Revision, Text(document.Content))));
            found.Select(document => ReferenceModel.Normalize(document.Content)).ShouldBe(
                expected.TryGetValue(id, out var then) ? [ReferenceModel.Normalize(then)] : [], $"{id} at {sequence}");
        }
    }

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    private static string Describe(TransactionRecord transaction) =>
        $"{transaction.Sequence} {transaction.Id} {transaction.Timestamp:O} {transaction.Author} "
        + $"{string.Join(',', transaction.Effects.Select(effect => effect.DocumentId))} {Text(transaction.Mutations)}";

    private async Task<int> ShouldAgreeAsync(Dataset dataset, DocumentId id, TransactionQuery query)
    {
        var found = await ReadAsync(dataset, query with { Documents = [id] });
        var general = await ReadAsync(dataset, query with { Documents = [id, Nowhere] });
        found.ShouldBe(general, $"{id}: {query}");
        return found.Count;
    }

    private async Task<List<string>> ReadAsync(Dataset dataset, TransactionQuery query)
    {
        var found = new List<string>();
        await foreach (var transaction in database.Transactions.ReadAsync(dataset, query, default))
        {
            found.Add(Describe(transaction));
        }

        return found;
    }

    private Random Seeded(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        return new(seed);
    }
}
