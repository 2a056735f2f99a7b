namespace EventStore.Mendoza.Patching;

/// <summary>
/// One write to an object under construction: sets a key, or deletes it where the node is -1. Where the key came by
/// its position in an object of the left document, that is kept: mostly it is the very object being changed.
/// </summary>
internal struct FieldEdit
{
    public const int Deleted = -1;

    /// <summary>In place of the last position: edits are not in key order, or not known to be.</summary>
    public const int Unordered = int.MaxValue;

    /// <summary>The value; <see cref="Deleted"/> for none.</summary>
    public int Node;

    /// <summary>The range of the key with the quotes.</summary>
    public int KeyStart;

    /// <inheritdoc cref="KeyStart"/>
    public int KeyEnd;

    /// <summary>The object that the key came from by its position; -1 for none.</summary>
    public int Container;

    /// <summary>The position it had there.</summary>
    public int Position;

    public readonly bool Deletes => Node == Deleted;
}
