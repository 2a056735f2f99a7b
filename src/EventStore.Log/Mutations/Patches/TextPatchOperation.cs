using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.TextPatches;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Applies a text patch to strings; anything else that exists stays as it is.</summary>
internal sealed class TextPatchOperation(CompiledPath path, string patch) : ScalarOperation(path, "diffMatchPatch")
{
    private readonly List<TextHunk> _hunks = TextPatchParser.Parse(patch);

    protected override JsonValue Edit(JsonValue value, WorkBudget budget)
    {
        if (value.Kind != JsonKind.String)
        {
            return value;
        }

        var text = value.DecodeString();
        budget.Charge(1 + (text.Length / 4) + patch.Length);
        var result = new TextPatchApplier(budget).Apply(_hunks, text);
        if (result == text)
        {
            return value;
        }

        return SurrogatePairs.AreWhole(result)
            ? JsonValue.FromString(result)
            : throw MutationRejection.Invalid("The diffMatchPatch would cut a character in two", Path.Text);
    }

    protected override void OnMissing() => throw Inapplicable("diffMatchPatch");
}
