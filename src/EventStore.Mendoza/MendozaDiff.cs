using EventStore.Mendoza.Diffing;

namespace EventStore.Mendoza;

/// <summary>
/// Makes the patches between two documents: small ones, never larger than sending the right document whole, and of
/// those operations only that every known patcher applies correctly.
/// </summary>
/// <remarks>
/// What is never emitted: the operation that pushes a parent (8), which the npm patcher lacks; an append to a copied
/// array, which changes the older version in the npm incremental patcher; a string slice with text outside ASCII
/// before it that stops short of the string's end, which the npm simple patcher gets wrong; a key index that differs
/// between the orders of UTF-8 bytes and UTF-16 units; a copy of an object with the key
/// <c>__proto__</c>; a slice of more than <see cref="MendozaLimits.MaxSliceLength"/> elements.
/// </remarks>
public static class MendozaDiff
{
    /// <summary>
    /// The patches from left to right and back. Documents are canonical JSON, <c>null</c> standing for none; equality
    /// is equality of bytes, so another spelling of a number is a change. Work is bounded by a multiple of the
    /// documents' size; where that runs out, patches get larger, never wrong.
    /// </summary>
    /// <exception cref="MendozaException">A document is not canonical JSON, or nested more deeply than <see
    /// cref="MendozaLimits.MaxDepth"/>.</exception>
    public static MendozaPatchPair Create(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        if (left.Span.SequenceEqual(right.Span))
        {
            return new MendozaPatchPair("[]"u8.ToArray(), "[]"u8.ToArray());
        }
        var machine = new DiffMachine(left.Span, right.Span);
        try
        {
            machine.Read();
            byte[] apply = machine.Diff();
            machine.Swap();
            byte[] revert = machine.Diff();
            return new MendozaPatchPair(apply, revert);
        }
        finally
        {
            machine.Dispose();
        }
    }
}
