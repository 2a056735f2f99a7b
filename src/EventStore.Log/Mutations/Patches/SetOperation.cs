using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Puts a value wherever the path leads; an array grows when the index is its length.</summary>
internal sealed class SetOperation(CompiledPath path, JsonValue value) : PatchOperation(path)
{
    public override bool CreatesMissing => true;

    public override JsonValue ApplyTo(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        var result = targets.IncludesSelf ? value : current;
        if (result.Kind == JsonKind.Array)
        {
            return targets.Ranges.Count == 0 ? result : SetElements(result, targets, budget);
        }

        foreach (var key in targets.Keys)
        {
            result = result.Kind == JsonKind.Object ? result : JsonValue.EmptyObject;
            ChargeCopy(result, budget);
            ChargeUse(value, budget);
            result = result.With(key, value);
        }

        return result;
    }

    private JsonValue SetElements(JsonValue array, PathTargets targets, WorkBudget budget)
    {
        ChargeCopy(array, budget);
        var items = new List<JsonValue>(array.Items);
        foreach (var range in targets.Ranges)
        {
            for (var index = Math.Max(0, range.Start); index < range.End && index <= items.Count; index++)
            {
                ChargeUse(value, budget);
                if (index < items.Count)
                {
                    items[index] = value;
                }
                else if (items.Count < Limits.ArrayElements)
                {
                    items.Add(value);
                }
                else
                {
                    throw MutationRejection.Invalid(
                        $"An array may have at most {Limits.ArrayElements} elements", Path.Text);
                }
            }
        }

        return JsonValue.FromItems([.. items]);
    }
}
