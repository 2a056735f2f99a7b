using System.Buffers;

namespace EventStore.Mendoza;

/// <summary>
/// A document that is led from revision to revision by patches and written out only when asked for.
/// </summary>
/// <remarks>
/// The document it starts from and the patches applied are kept by reference: their bytes must stay unchanged until
/// the chain is reset, rebased or disposed. Not safe for use by several threads at once.
/// </remarks>
public sealed class MendozaChain : IDisposable
{
    private static readonly byte[] Null = "null"u8.ToArray();

    private ReadOnlyMemory<byte> state;

    /// <summary>Starts where there is no document.</summary>
    public MendozaChain() => state = Null;

    /// <summary>Starts at a canonical document; empty or <c>null</c> stands for none.</summary>
    public MendozaChain(ReadOnlyMemory<byte> document) => Reset(document);

    /// <summary>Whether there is no document.</summary>
    public bool IsNull => Length == Null.Length && state.Span.SequenceEqual(Null);

    /// <summary>Length of the document in bytes; 4, of <c>null</c>, where there is none.</summary>
    public int Length => state.Length;

    /// <summary>Starts again where there is no document.</summary>
    public void Reset() => state = Null;

    /// <summary>Starts again at a canonical document; empty or <c>null</c> stands for none.</summary>
    public void Reset(ReadOnlyMemory<byte> document) => state = document.IsEmpty ? Null : document;

    /// <summary>Goes one patch further.</summary>
    /// <param name="patch">The patch from the document reached to the next one.</param>
    /// <param name="trust">What is known about the patch's text.</param>
    /// <exception cref="MendozaException">The patch is malformed or does not fit; the chain stands where it stood.
    /// </exception>
    public void Apply(ReadOnlyMemory<byte> patch, PatchTrust trust = PatchTrust.Untrusted) =>
        state = MendozaPatch.Apply(state.Span, patch.Span);

    /// <summary>Writes the document reached; <c>null</c> where there is none.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        CopyTo(output.GetSpan(Length));
        output.Advance(Length);
    }

    /// <summary>Writes the document reached to the start of a span of at least <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination) => state.Span.CopyTo(destination);

    /// <summary>The document reached; <c>null</c> where there is none.</summary>
    public byte[] ToArray() => state.ToArray();

    /// <summary>Lets go of what the chain has rented and of the bytes it refers to. It may be reset and used
    /// again.</summary>
    public void Dispose() => state = Null;
}
