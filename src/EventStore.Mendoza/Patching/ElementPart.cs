namespace EventStore.Mendoza.Patching;

/// <summary>A part of an array under construction: elements of an array of the left document, or one value.</summary>
internal struct ElementPart
{
    /// <summary>In <see cref="From"/>: the node is the element.</summary>
    public const int Single = -1;

    /// <summary>The left array, or the element.</summary>
    public int Node;

    /// <summary>The first element.</summary>
    public int From;

    /// <summary>Behind the last element.</summary>
    public int To;
}
