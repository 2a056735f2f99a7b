namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// One value of a document. Kept to eight bytes, as a document may be little else than small numbers.
/// </summary>
/// <param name="Start">Offset of the value's first byte.</param>
/// <param name="Link">Offset behind the value's last byte; for an array or object the complement of the number of
/// its <see cref="TreeContainer"/>.</param>
internal record struct TreeNode(int Start, int Link);

/// <summary>What is known of an array or object besides where it starts.</summary>
/// <param name="End">Offset behind the closing bracket.</param>
/// <param name="First">The node of its first child, or a reason why there is none.</param>
/// <param name="Count">How many elements or fields it has itself, once its children are listed.</param>
internal record struct TreeContainer(int End, int First, int Count)
{
    /// <summary>In <see cref="First"/>: its children have not been listed yet.</summary>
    public const int Unlisted = -1;

    /// <summary>In <see cref="First"/>: listing its children would take too much memory.</summary>
    public const int TooLarge = -2;

    /// <summary>In <see cref="Count"/>: its children have not been counted.</summary>
    public const int NotCounted = -1;
}
