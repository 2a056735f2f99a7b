namespace EventStore.Mendoza.Ropes;

/// <summary>What is known of one child of a raw container, or of one escape of a raw string.</summary>
internal struct RopeSlot
{
    /// <summary>
    /// Container: offset where the child starts, in an object with its key. String: offset behind the escape, counted
    /// from the string's content.
    /// </summary>
    public int Start;

    /// <summary>
    /// Container: the child's node, -1 until somebody asked for it. String: offset of the escape in the UTF-8 form.
    /// </summary>
    public int Node;
}
