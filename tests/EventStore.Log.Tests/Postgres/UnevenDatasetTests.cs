using System.Security.Cryptography;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Projections;
using EventStore.Log.Transactions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>
/// A dataset whose documents are tiny for a long stretch of ids and then large, and some larger than anything that is
/// read at a time: it reads the same by every way, by many readers at once that stand still in between.
/// </summary>
public sealed class UnevenDatasetTests(LogDatabase database) : IClassFixture<LogDatabase>
{
    private const int Readers = 6;

    private readonly SortedDictionary<string, string> _expected = new(StringComparer.Ordinal);
    private readonly Random _random = new(91);
    private Dataset _dataset = null!;

    private DatasetReader Reader => new(database.DataSource);

    [Fact]
    public async Task It_reads_the_same_by_every_way()
    {
        _dataset = await database.CreateDatasetAsync();
        await AppendAsync("a", 900, 20);
        await AppendAsync("b", 150, 50_000);
        await AppendAsync("c", 3, 5_000_000);
        await AppendAsync("d", 40, 90_000);
        var past = _expected.ToDictionary();
        var sequence = await EndAsync();
        await AppendAsync("a", 30, 30_000);
        await AppendAsync("c", 2, 4_500_000);
        await AppendAsync("e", 30, 60_000);

        await ExpectAsync(sequence, past);
        await ExpectAsync(await EndAsync(), _expected);
        var policy = new CheckpointPolicy { MinimumBytes = 10_000_000, Share = 0.2 };
        (await new CheckpointBuilder(database.DataSource, policy).BuildAsync(_dataset, default)).ShouldNotBe(0);
        await ExpectAsync(sequence, past);
        await ExpectAsync(await EndAsync(), _expected);
    }

    private async Task<long> EndAsync() => (await database.Transactions.HeadAsync(_dataset, default)).Sequence;

    private async Task AppendAsync(string prefix, int count, int bytes)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(Math.Clamp(2_000_000 / bytes, 1, 300)))
        {
            var mutations = new List<Mutation>();
            foreach (var number in numbers)
            {
                var noise = new byte[bytes * 3 / 4];
                _random.NextBytes(noise);
                var id = $"{prefix}{number:d4}";
                var json = $$"""{"_createdAt":"2026-01-01T00:00:00Z","_id":"{{id}}","_type":"t","_updatedAt":"2026-01-01T00:00:00Z","x":"{{Convert.ToBase64String(noise)}}"}""";
                mutations.Add(new CreateOrReplaceMutation(DocumentId.Parse(id), Encoding.UTF8.GetBytes(json)));
                _expected[id] = Convert.ToBase64String(SHA256.HashData(noise));
            }

            var request = new AppendRequest { Author = "tests", Mutations = mutations };
            (await database.Appender.AppendGroupAsync(_dataset, [new(request)], default)).Failure.ShouldBeNull();
        }
    }

    private async Task ExpectAsync(long sequence, IReadOnlyDictionary<string, string> expected)
    {
        var reads = Enumerable.Range(0, Readers).Select(reader => Task.Run(async () =>
        {
            var found = new List<(string Id, string Digest)>();
            await foreach (var batch in Reader.ReadAsync(_dataset, sequence, null, default))
            {
                for (var index = 0; index < batch.Count; index++)
                {
                    var text = DocumentContent.ReadString(batch[index].Json.Span, "x"u8)!;
                    found.Add((batch[index].Id.Value, Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(text)))));
                }

                await Task.Delay(reader);
            }

            return found;
        }));
        foreach (var found in await Task.WhenAll(reads))
        {
            found.ShouldBe(expected.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
        }
    }
}
