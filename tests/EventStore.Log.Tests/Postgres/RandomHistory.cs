using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;

namespace EventStore.Log.Tests.Postgres;

/// <summary>A seeded history in a dataset, and the model of what it must have become.</summary>
internal static class RandomHistory
{
    /// <summary>Appends in groups of random sizes.</summary>
    public static async Task<ReferenceModel> AppendAsync(
        LogDatabase database, Dataset dataset, Random random, int count, int documents)
    {
        var model = new ReferenceModel();
        var transactions = new RandomTransactions(random, documents);
        var pending = new List<(AppendRequest Request, Dictionary<string, JsonObject?> Changes)>();
        for (var number = 1; number <= count; number++)
        {
            var next = transactions.Next(model, number);
            model.Append(next.Changes);
            pending.Add(next);

            // Groups of random sizes: a transaction must not care whether it shares a commit.
            if (random.Next(4) == 0 || number == count)
            {
                var requests = pending.Select(item => new PreparedRequest(item.Request)).ToList();
                var result = await database.Appender.AppendGroupAsync(dataset, requests, default);
                result.Failure.ShouldBeNull();
                result.Appended[^1].Sequence.ShouldBe(number);
                foreach (var (appended, item) in result.Appended.Zip(pending))
                {
                    appended.Changes.Where(change => change.HasEffect).Select(change => change.Id.Value)
                        .ShouldBe(item.Changes.Keys, ignoreOrder: true);
                }

                pending.Clear();
            }
        }

        return model;
    }
}
