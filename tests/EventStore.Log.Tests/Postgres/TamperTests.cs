using EventStore.Log.Postgres;

namespace EventStore.Log.Tests.Postgres;

/// <summary>Whatever is changed behind the log's back, verification names the first thing that does not hold.</summary>
public sealed class TamperTests(LogDatabase database) : IClassFixture<LogDatabase>
{
    private const int Transactions = 60;

    public static TheoryData<string, long?> Damages => new()
    {
        { "update eventstore.transaction set author = 'x' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.transaction set timestamp = timestamp + interval '1 microsecond' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.transaction set id = 'x' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.transaction set mutations = '\\x005b5d' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.transaction set digest = sha256('x') where dataset = $1 and sequence = 20", 20 },
        { "delete from eventstore.transaction where dataset = $1 and sequence = 20", 20 },
        { "delete from eventstore.transaction where dataset = $1 and sequence >= 50", 50 },
        { "delete from eventstore.effect where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.effect set apply = '\\x005b5d' where dataset = $1 and sequence = 20 and apply <> '\\x005b5d'", 20 },
        { "update eventstore.effect set apply = '\\x00'::bytea || '[0,{\"_id\":\"x\"}]' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.effect set revert = '\\x005b5d' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.effect set apply = 'rubbish' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.effect set revert = '\\x01ffffffff7f' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.transaction set mutations = '\\x02' where dataset = $1 and sequence = 20", 20 },
        { "update eventstore.head set content = 'rubbish' where dataset = $1 and content is not null", null },
        { "update eventstore.head set content = null, deleted = not deleted where dataset = $1", null },
        { "update eventstore.keyframe set content = '\\x007b7d' where dataset = $1 and content is not null", null },
        { "update eventstore.head set content = '\\x007b7d' where dataset = $1 and content is not null", null },
        { "update eventstore.head set revision = 'x' where dataset = $1", null },
        { "delete from eventstore.head where dataset = $1", null },
        { "insert into eventstore.reference select dataset, number, 'x' from eventstore.document where dataset = $1", null },
        { "update eventstore.dataset_head set digest = sha256('x') where dataset = $1", null },
        { "update eventstore.dataset_head set documents = documents + 1 where dataset = $1", null },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_is_found_and_named(string damage, long? sequence)
    {
        var dataset = await database.CreateDatasetAsync();
        var model = new ReferenceModel();
        var transactions = new RandomTransactions(new Random(7), 6);
        for (var number = 1; number <= Transactions; number++)
        {
            var (request, changes) = transactions.Next(model, number);
            model.Append(changes);
            await database.Appender.AppendAsync(dataset, request, default);
        }

        (await VerifyAsync(dataset)).ShouldBeOfType<VerificationPassed>();

        await using (var command = database.DataSource.CreateCommand(damage))
        {
            command.Parameters.Add(new() { Value = dataset.Number });
            (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0, "the damage must do something");
        }

        var difference = (await VerifyAsync(dataset)).ShouldBeOfType<VerificationDifference>();
        if (sequence is not null)
        {
            difference.Sequence.ShouldBe(sequence);
        }
    }

    private async Task<VerificationStep> VerifyAsync(Dataset dataset)
    {
        VerificationStep? last = null;
        await foreach (var step in database.Verifier.VerifyAsync(dataset, default))
        {
            last = step;
        }

        return last!;
    }
}
