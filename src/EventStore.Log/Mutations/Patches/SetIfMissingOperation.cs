using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Gives objects the member that the path names unless they have it; null counts as having it.</summary>
internal sealed class SetIfMissingOperation(CompiledPath path, JsonValue value) : PatchOperation(path)
{
    public override bool CreatesMissing => true;

    public override JsonValue ApplyTo(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        if (targets.IncludesSelf)
        {
            throw Inapplicable("setIfMissing");
        }

        var result = current;
        foreach (var key in targets.Keys)
        {
            result = result.Kind == JsonKind.Object ? result : JsonValue.EmptyObject;
            if (result.Find(key) is null)
            {
                ChargeCopy(result, budget);
                ChargeUse(value, budget);
                result = result.With(key, value);
            }
        }

        return result;
    }
}
