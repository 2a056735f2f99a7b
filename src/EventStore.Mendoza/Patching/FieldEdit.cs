using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>One write to an object under construction: sets a key, or deletes it where the node is -1.</summary>
internal readonly record struct FieldEdit(RopeChild Field)
{
    public const int Deleted = -1;

    public bool Deletes => Field.Node == Deleted;
}
