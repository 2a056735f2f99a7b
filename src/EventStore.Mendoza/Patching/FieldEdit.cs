using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// One write to an object under construction: sets a key, or deletes it where the node is -1. Where the key came by
/// its position in an object of the left document, that is kept: mostly it is the very object being changed.
/// </summary>
internal readonly record struct FieldEdit(RopeChild Field, int Container, int Position)
{
    public const int Deleted = -1;

    public bool Deletes => Field.Node == Deleted;
}
