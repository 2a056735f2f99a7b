using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Adds to numbers, or takes from them; anything else stays as it is.</summary>
internal sealed class IncrementOperation(CompiledPath path, JsonValue amount, bool subtract)
    : ScalarOperation(path, subtract ? "dec" : "inc")
{
    protected override JsonValue Edit(JsonValue value, WorkBudget budget)
    {
        if (value.Kind != JsonKind.Number)
        {
            return value;
        }

        var sum = JsonNumber.Add(value.Text, amount.Text, subtract)
            ?? throw MutationRejection.Invalid("The result of inc or dec is too large for a number", Path.Text);
        return value.Text.SequenceEqual(sum) ? value : JsonValue.FromCanonical(sum);
    }
}
