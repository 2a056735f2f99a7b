using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Where an insert puts its items.</summary>
internal enum InsertPosition
{
    Before,
    After,
    Replace,
}

/// <summary>Inserts items beside, or in the place of, the selected elements of an array.</summary>
internal sealed class InsertOperation(CompiledPath path, InsertPosition position, JsonValue[] items)
    : PatchOperation(path)
{
    public override JsonValue ApplyTo(JsonValue current, PathTargets targets, WorkBudget budget)
    {
        if (current.Kind != JsonKind.Array)
        {
            return current;
        }

        var array = position == InsertPosition.Replace
            ? UnsetOperation.RemoveElements(current, targets, budget)
            : current;
        var place = position switch
        {
            InsertPosition.Before => First(targets),
            InsertPosition.After => Last(targets) + 1,
            _ => FirstReplaced(targets),
        };
        return items.Length == 0 ? array : InsertAt(array, (int)Math.Clamp(place, 0, array.Items.Length), budget);
    }

    private JsonValue InsertAt(JsonValue array, int place, WorkBudget budget)
    {
        var old = array.Items;
        if (old.Length + items.Length > Limits.ArrayElements)
        {
            throw MutationRejection.Invalid($"An array may have at most {Limits.ArrayElements} elements", Path.Text);
        }

        var result = new JsonValue[old.Length + items.Length];
        budget.Charge(1 + result.Length);
        foreach (var item in items)
        {
            ChargeUse(item, budget);
        }

        old.AsSpan(0, place).CopyTo(result);
        items.CopyTo(result, place);
        old.AsSpan(place).CopyTo(result.AsSpan(place + items.Length));
        return JsonValue.FromItems(result);
    }

    // The first and last place follow the public package, in which the end of a slice counts as selected when nothing
    // selected lies behind it, and an empty slice also selects the beginning.
    private static long First(PathTargets targets)
    {
        var selected = targets.Ranges.Where(range => !range.IsEmpty).Select(range => (long)range.Start);
        var slices = targets.Ranges.Where(range => range.IsSlice).Select(range => (long)range.Start);
        return slices.Append(selected.DefaultIfEmpty(0).Min()).Min();
    }

    private static long Last(PathTargets targets)
    {
        var selected = targets.Ranges.Where(range => !range.IsEmpty).Select(range => (long)range.End - 1);
        var slices = targets.Ranges.Where(range => range.IsSlice).Select(range => (long)range.End);
        return slices.Append(selected.DefaultIfEmpty(0).Max()).Max();
    }

    /// <summary>An empty slice replaces nothing and inserts where it begins, as splicing does everywhere
    /// else.</summary>
    private static long FirstReplaced(PathTargets targets)
    {
        var selected = targets.Ranges.Where(range => !range.IsEmpty).Select(range => (long)range.Start);
        return selected.DefaultIfEmpty(targets.Ranges.Min(range => range.Start)).Min();
    }
}
