using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>An operation that replaces each selected scalar by one computed from it.</summary>
internal abstract class ScalarOperation(CompiledPath path, string name) : PatchOperation(path)
{
    public override JsonValue ApplyTo(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        if (!current.IsContainer)
        {
            return current;
        }

        if (targets.IncludesSelf)
        {
            throw Inapplicable(name);
        }

        return current.Kind == JsonKind.Array
            ? EditElements(current, targets, budget)
            : EditMembers(current, targets, budget);
    }

    /// <summary>The scalar that takes the place of another; the same value to leave it.</summary>
    protected abstract JsonValue Edit(JsonValue value, WorkBudget budget);

    /// <summary>Called for a selected member that is not there.</summary>
    protected virtual void OnMissing()
    {
    }

    private JsonValue EditMembers(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        var result = current;
        foreach (var key in targets.Keys)
        {
            if (result.Find(key) is not { } value)
            {
                OnMissing();
                continue;
            }

            ChargeCopy(result, budget);
            result = result.With(key, Edit(value, budget));
        }

        return result;
    }

    private JsonValue EditElements(JsonValue array, PathTargets targets, WorkBudget budget)
    {
        ChargeCopy(array, budget);
        var items = array.Items;
        JsonValue[]? edited = null;
        foreach (var index in targets.IndexesWithin(items.Length))
        {
            budget.Charge(1);
            var value = Edit(items[index], budget);
            if (!ReferenceEquals(value, items[index]))
            {
                edited ??= (JsonValue[])items.Clone();
                edited[index] = value;
            }
        }

        return edited is null ? array : JsonValue.FromItems(edited);
    }
}
