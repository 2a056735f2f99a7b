using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>Applies a text patch to strings; anything else that exists stays as it is.</summary>
internal sealed class TextPatchOperation(CompiledPath path, string patch) : ScalarOperation(path, "diffMatchPatch")
{
    protected override JsonValue Edit(JsonValue value, WorkBudget budget) =>
        throw MutationRejection.Invalid($"not yet {patch}");

    protected override void OnMissing() => throw Inapplicable("diffMatchPatch");
}
