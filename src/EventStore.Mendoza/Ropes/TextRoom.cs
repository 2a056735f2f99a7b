namespace EventStore.Mendoza.Ropes;

/// <summary>
/// Memory behind the patches of a chain, where short strings are put together at once: one range is easier to change
/// again than its pieces. The default value has no room.
/// </summary>
/// <param name="bytes">The memory.</param>
/// <param name="start">The offset that its first byte will have.</param>
internal ref struct TextRoom(Span<byte> bytes, int start)
{
    private readonly Span<byte> bytes = bytes;

    /// <summary>How many of its bytes are taken.</summary>
    public int Used { get; private set; }

    /// <summary>Offset of the next byte to be taken.</summary>
    public readonly int Offset => start + Used;

    /// <summary>Takes memory for so many bytes, if they are left.</summary>
    public bool TryTake(int length, out Span<byte> taken)
    {
        if (length > bytes.Length - Used)
        {
            taken = default;
            return false;
        }
        taken = bytes.Slice(Used, length);
        Used += length;
        return true;
    }
}
