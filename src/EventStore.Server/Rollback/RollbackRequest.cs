using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>A plan that is too large for one transaction, as it is kept with the job that applies it.</summary>
/// <param name="Dataset">Number of the dataset.</param>
/// <param name="Plan">The digest.</param>
/// <param name="AsOf">The end of the log that the plan was made at.</param>
/// <param name="Order">What is undone.</param>
/// <param name="Skipped">Ids that were left out for the sake of references.</param>
internal sealed record RollbackRequest(
    int Dataset, string Plan, long AsOf, RollbackOrder Order, IReadOnlyList<string> Skipped)
{
    public static RollbackRequest Of(Dataset dataset, RollbackOrder order, RollbackPlan plan) => new(
        dataset.Number,
        plan.Id,
        plan.Range.AsOf,
        order,
        [
            .. plan.Entries.Where(entry => entry is { IsActive: false, Fault: not null })
                .Select(entry => entry.Id.Value),
        ]);

    public JsonObject ToJson() => new()
    {
        ["dataset"] = Dataset,
        ["plan"] = Plan,
        ["asOf"] = AsOf,
        ["order"] = Order.ToJson(),
        ["skipped"] = new JsonArray([.. Skipped.Select(id => (JsonNode)id)]),
    };

    public static RollbackRequest FromJson(JsonObject json) => new(
        (int)json["dataset"]!,
        (string)json["plan"]!,
        (long)json["asOf"]!,
        RollbackOrder.Read(JsonBody.Of(json["order"]!.AsObject())),
        [.. json["skipped"]!.AsArray().Select(id => (string)id!)]);
}
