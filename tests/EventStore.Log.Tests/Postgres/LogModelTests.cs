using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using Xunit.Abstractions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>The log against a reference model: every read at every sequence, over seeded random histories.</summary>
public sealed class LogModelTests(LogDatabase database, ITestOutputHelper output) : IClassFixture<LogDatabase>
{
    private const int Transactions = 300;
    private const int Documents = 9;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task Every_sequence_of_a_random_history_reads_as_the_model_says(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        var random = new Random(seed);
        var dataset = await database.CreateDatasetAsync();
        var model = await AppendAsync(dataset, random);

        for (var sequence = 0L; sequence <= model.Sequence; sequence++)
        {
            var expected = model.At(sequence);
            var whole = await ReadDatasetAsync(dataset, sequence);
            whole.Select(document => document.Id.Value).ShouldBe(expected.Keys.Order(StringComparer.Ordinal), $"at {sequence}");
            foreach (var document in whole)
            {
                ReferenceModel.Normalize(document.Content)
                    .ShouldBe(ReferenceModel.Normalize(expected[document.Id.Value]), $"{document.Id} at {sequence}");
                document.Revision.ShouldBe($"tx-{document.Sequence}");
            }

            var ids = model.At(model.Sequence).Keys.Concat(expected.Keys).Distinct().Select(DocumentId.Parse).ToList();
            var some = await database.Documents.ReadAsync(dataset, ids, sequence, default);
            some.Select(document => (document.Id, document.Sequence, Text(document)))
                .ShouldBe(whole.Select(document => (document.Id, document.Sequence, Text(document))), ignoreOrder: true);
        }

        await ShouldVerifyAsync(dataset, model);
    }

    [Fact]
    public async Task Reads_do_not_depend_on_keyframes()
    {
        var dataset = await database.CreateDatasetAsync();
        var model = await AppendAsync(dataset, new Random(8));
        await using (var drop = database.DataSource.CreateCommand("delete from eventstore.keyframe where dataset = $1"))
        {
            drop.Parameters.Add(new() { Value = dataset.Number });
            (await drop.ExecuteNonQueryAsync()).ShouldBeGreaterThan(model.At(model.Sequence).Count);
        }

        for (var sequence = 0L; sequence <= model.Sequence; sequence += 29)
        {
            var expected = model.At(sequence).Select(pair => (pair.Key, ReferenceModel.Normalize(pair.Value)));
            (await ReadDatasetAsync(dataset, sequence))
                .Select(document => (document.Id.Value, ReferenceModel.Normalize(document.Content)))
                .ShouldBe(expected);
        }
    }

    [Fact]
    public async Task The_last_state_before_a_deletion_is_found()
    {
        var dataset = await database.CreateDatasetAsync();
        var model = await AppendAsync(dataset, new Random(3));
        var everTouched = Enumerable.Range(1, (int)model.Sequence).SelectMany(sequence => model.Touched(sequence)).Distinct().ToList();

        var last = await database.Documents.ReadLastAsync(dataset, everTouched.Select(DocumentId.Parse).ToList(), default);

        last.Count.ShouldBe(everTouched.Count);
        foreach (var document in last)
        {
            var sequence = model.Sequence;
            while (!model.At(sequence).ContainsKey(document.Id.Value))
            {
                sequence--;
            }

            ReferenceModel.Normalize(document.Content).ShouldBe(ReferenceModel.Normalize(model.At(sequence)[document.Id.Value]));
        }
    }

    [Fact]
    public async Task Transactions_read_as_the_model_says_in_every_direction_and_detail()
    {
        var dataset = await database.CreateDatasetAsync();
        var model = await AppendAsync(dataset, new Random(4));
        var random = new Random(5);
        for (var run = 0; run < 150; run++)
        {
            var documents = random.Next(2) == 0 ? null : model.Touched(random.Next(1, Transactions + 1));
            var query = new TransactionQuery
            {
                FromSequence = random.Next(1, Transactions),
                ToSequence = random.Next(1, Transactions + 50),
                Documents = documents?.Select(DocumentId.Parse).ToList(),
                Reverse = random.Next(2) == 0,
                Limit = random.Next(2) == 0 ? null : random.Next(0, 400),
                Mutations = (MutationDetail)random.Next(3),
                IncludeEffects = random.Next(2) == 0,
            };

            var sequences = Enumerable.Range(1, Transactions).Select(sequence => (long)sequence)
                .Where(sequence => sequence >= query.FromSequence && sequence <= query.ToSequence)
                .Where(sequence => documents is null || model.Touched(sequence).Intersect(documents).Any());
            var ordered = query.Reverse ? sequences.Reverse() : sequences;
            var expected = query.Limit is { } limit ? ordered.Take((int)limit) : ordered;

            var found = new List<TransactionRecord>();
            await foreach (var transaction in database.Transactions.ReadAsync(dataset, query, default))
            {
                found.Add(transaction);
                transaction.Effects.Select(effect => effect.DocumentId.Value).ShouldBe(model.Touched(transaction.Sequence));
                transaction.Effects.All(effect => effect.Apply.IsEmpty != query.IncludeEffects).ShouldBeTrue();
                transaction.Mutations.IsEmpty.ShouldBe(query.Mutations == MutationDetail.None);
            }

            found.Select(transaction => transaction.Sequence).ShouldBe(expected, $"seed 5, run {run}: {query}");
        }
    }

    [Fact]
    public async Task Recorded_mutations_replayed_into_another_dataset_give_the_same_log()
    {
        var source = await database.CreateDatasetAsync();
        await AppendAsync(source, new Random(6));
        var target = await database.CreateDatasetAsync();
        var transactions = new RandomTransactions(new Random(0), 1);

        await foreach (var transaction in database.Transactions.ReadAsync(source, new TransactionQuery(), default))
        {
            var request = new AppendRequest
            {
                Id = transaction.Id,
                Author = transaction.Author,
                Timestamp = transaction.Timestamp,
                Mutations = transactions.Parse(System.Text.Encoding.UTF8.GetString(transaction.Mutations.Span)),
                EnforceReferences = false,
                SkipIfKnown = true,
            };
            (await database.Appender.AppendAsync(target, request, default)).AlreadyKnown.ShouldBeFalse();
            (await database.Appender.AppendAsync(target, request, default)).AlreadyKnown.ShouldBeTrue();
        }

        var (one, other) = (await database.Transactions.HeadAsync(source, default), await database.Transactions.HeadAsync(target, default));
        other.Sequence.ShouldBe(one.Sequence);
        other.Digest.ToArray().ShouldBe(one.Digest.ToArray());
    }

    private static string Text(DocumentSnapshot document) => System.Text.Encoding.UTF8.GetString(document.Content.Span);

    private Task<ReferenceModel> AppendAsync(Dataset dataset, Random random) =>
        RandomHistory.AppendAsync(database, dataset, random, Transactions, Documents);

    private async Task<List<DocumentSnapshot>> ReadDatasetAsync(Dataset dataset, long sequence)
    {
        var documents = new List<DocumentSnapshot>();
        await foreach (var document in database.Documents.ReadDatasetAsync(dataset, sequence, null, default))
        {
            documents.Add(document);
        }

        return documents;
    }

    private async Task ShouldVerifyAsync(Dataset dataset, ReferenceModel model)
    {
        VerificationStep? last = null;
        await foreach (var step in database.Verifier.VerifyAsync(dataset, default))
        {
            last = step;
        }

        var passed = last.ShouldBeOfType<VerificationPassed>();
        passed.Transactions.ShouldBe(model.Sequence);
        passed.Documents.ShouldBe(model.Head.Count);
    }
}
