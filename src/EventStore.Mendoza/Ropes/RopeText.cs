namespace EventStore.Mendoza.Ropes;

/// <summary>
/// The two texts that a rope's nodes are ranges of: the document it starts from and the patches since, the latter at
/// negative offsets so that one number names a place in either.
/// </summary>
internal readonly ref struct RopeText(ReadOnlySpan<byte> document, ReadOnlySpan<byte> patches)
{
    /// <summary>Offset of the first byte of the patches.</summary>
    public const int Patches = int.MinValue;

    private readonly ReadOnlySpan<byte> document = document;
    private readonly ReadOnlySpan<byte> patches = patches;

    /// <summary>The byte at an offset.</summary>
    public byte this[int offset] => Around(offset)[Position(offset)];

    /// <summary>The bytes of a range.</summary>
    public ReadOnlySpan<byte> this[int start, int end] => Around(start).Slice(Position(start), end - start);

    /// <summary>The whole text that an offset lies in.</summary>
    public ReadOnlySpan<byte> Around(int offset) => offset < 0 ? patches : document;

    /// <summary>Where an offset lies in the text around it.</summary>
    public static int Position(int offset) => offset & int.MaxValue;

    /// <summary>The offset of a place in the text that another offset lies in.</summary>
    public static int Offset(int position, int neighbour) => position | (neighbour & int.MinValue);
}
