using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Patches;

/// <summary>One operation of a patch on one path.</summary>
internal abstract class PatchOperation(CompiledPath path)
{
    public CompiledPath Path { get; } = path;

    /// <summary>Whether objects that are missing on the way are made, and scalars in the way give place to
    /// them.</summary>
    public virtual bool CreatesMissing => false;

    /// <summary>The document with the operation applied; the same value when nothing changed.</summary>
    public JsonValue Apply(JsonValue document, WorkBudget budget) => new PathWalk(this, budget).Apply(document);

    /// <summary>Applies the operation to what the path selects in one value.</summary>
    public abstract JsonValue ApplyTo(JsonValue value, PathTargets targets, WorkBudget budget);

    /// <summary>The work of copying a container once.</summary>
    protected static void ChargeCopy(JsonValue value, WorkBudget budget) =>
        budget.Charge(1 + (value.Kind == JsonKind.Array ? value.Items.Length : value.Members.Length));

    /// <summary>The work of putting a value from the patch into the document once.</summary>
    protected static void ChargeUse(JsonValue value, WorkBudget budget) => budget.Charge(1 + (value.Text.Length / 4));

    /// <summary>The error of an operation that a path leads to something it cannot change.</summary>
    protected MutationRejection Inapplicable(string operation) =>
        MutationRejection.Invalid($"{operation} cannot be applied to what the path \"{Shortened}\" selects", Path.Text);

    private string Shortened => Path.Text.Length > 100 ? Path.Text[..100] : Path.Text;
}
