using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Takes away the members and elements that the path selects; what is not there is no error.</summary>
internal sealed class UnsetOperation(CompiledPath path) : PatchOperation(path)
{
    public override JsonValue ApplyTo(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        switch (current.Kind)
        {
            case JsonKind.Array:
                return RemoveElements(current, targets, budget);
            case JsonKind.Object:
                var result = current;
                foreach (var key in targets.Keys)
                {
                    ChargeCopy(result, budget);
                    result = result.Without(key);
                }

                return result;
            default:
                return current;
        }
    }

    /// <summary>The array without the selected elements; the same array when it has none of them.</summary>
    public static JsonValue RemoveElements(JsonValue array, PathTargets targets, WorkBudget budget)
    {
        ChargeCopy(array, budget);
        var items = array.Items;
        var removed = targets.IndexesWithin(items.Length).Count();
        if (removed == 0)
        {
            return array;
        }

        var kept = new JsonValue[items.Length - removed];
        var (next, filled) = (0, 0);
        foreach (var index in targets.IndexesWithin(items.Length).Append(items.Length))
        {
            items.AsSpan(next, index - next).CopyTo(kept.AsSpan(filled));
            filled += index - next;
            next = index + 1;
        }

        return JsonValue.FromItems(kept);
    }
}
